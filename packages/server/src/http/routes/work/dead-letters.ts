import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LiveOrder, Outcome } from 'pawl';
import type { Static } from 'typebox';
import { countTransitions, logEvents, sendJson } from '../../answer.ts';
import { callerOf } from '../../call.ts';
import { idempotencyOf } from '../../command/command-context.ts';
import type { AppDeps } from '../../deps.ts';
import type { CursorScope, Cursors } from '../../input/cursor.ts';
import { PAGE_MAX, REDRIVE_AT_ONCE, REDRIVE_MAX } from '../../limits.ts';
import { readWindow, sendPage, windowOf } from '../../page.ts';
import { sendProblem } from '../../refusal/problem-answer.ts';
import { ProblemError } from '../../refusal/problem-error.ts';
import { refusalOf } from '../../refusal/refusal.ts';
import { viewDeadLetter } from '../../render/dead-letter.ts';
import { describeOperation } from '../../schema/operation.ts';
import { deadLetterQuery, noQuery } from '../../schema/queries.ts';
import { redriveBody } from '../../schema/work-commands.ts';

const list = describeOperation('list_dead_letters', {
  tag: 'Dead letters',
  summary: 'List the orders that people have to look at',
  description:
    'Those that a dead task blocks, and settled ones in a state that asks for review, by the time of their creation. A review or a redrive takes an order off the list, as does the end of its dead tasks.',
  answers: { 200: { description: 'A page of orders, with why.', body: 'DeadLetterPage', headers: ['Link'] } },
});
const redrive = describeOperation('redrive_dead_letters', {
  tag: 'Dead letters',
  summary: 'Start the orders anew that await review',
  description: `Up to ${REDRIVE_MAX.toLocaleString('en')} of those that fit the filter, oldest first, each for itself. If there are others behind these, \`more\` is true: call again with \`next_cursor\` as the \`cursor\`, the same filter and another key. What was refused, or has failed again since, is not met again behind the cursor, but by a call without one.`,
  reads: ['Idempotency-Key'],
  answers: {
    200: { description: 'What has become of them.', body: 'Redriven', headers: ['Idempotency-Replayed'] },
  },
  problems: [
    'malformed-request',
    'idempotency-key-reused',
    'history-detached',
    'payload-too-large',
    'unsupported-media-type',
    'overloaded',
  ],
});

const REASON = 'redriven together with others';

type Filter = Static<typeof redriveBody>['filter'];

/** Which orders to redrive, of those behind an order. */
interface Redrive {
  readonly filter: Filter;
  readonly reason: string;
  readonly after: string | null;
}

type Redriven = {
  readonly redriven: number;
  readonly refused: readonly { readonly order_id: string; readonly code: string; readonly detail: string }[];
  readonly more: boolean;
  readonly next_cursor: string | null;
};

/** Orders that have failed, and what is done about them together. */
export function deadLetters(app: FastifyInstance, deps: AppDeps, cursors: Cursors): void {
  const { pawl } = deps;
  app.get(
    '/dead-letters',
    { config: list.config, schema: { ...list.docs, querystring: deadLetterQuery } },
    listDeadLetters,
  );
  app.post(
    '/dead-letters/redrive',
    { config: redrive.config, schema: { ...redrive.docs, querystring: noQuery, body: redriveBody } },
    async (request, reply) => {
      const { filter, reason = REASON, cursor } = request.body as Static<typeof redriveBody>;
      const { tenant } = callerOf(request);
      const after =
        cursor === undefined ? null : cursors.read(walkOf(tenant, filter), cursor, 'cursor', 'body');
      const once = await pawl.once(tenant, idempotencyOf(request), () =>
        redriveAll(request, { filter, reason, after }),
      );
      if (!once.ok) return sendProblem(request, reply, refusalOf(once.rejection));
      if (once.replayed) reply.header('idempotency-replayed', 'true');
      return sendJson(reply, once.value);
    },
  );

  async function listDeadLetters(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const query = request.query as Static<typeof deadLetterQuery>;
    const { tenant } = callerOf(request);
    const { workflow, status } = query;
    const scope = { kind: 'dead-letters', tenant, sequence: JSON.stringify([workflow, status]) } as const;
    const window = windowOf(query, cursors, scope);
    const positionOf = ({ id }: LiveOrder) => id;
    const found = await readWindow(window, positionOf, (after, limit) =>
      pawl.deadLetters({ tenant, workflow, status, after, limit }),
    );
    const view = (order: LiveOrder) =>
      viewDeadLetter(order, pawl.workflows.byHash(order.workflowHash).compiled);
    return sendPage(request, reply, window, { read: found, view, positionOf }, (position) =>
      cursors.write(scope, position),
    );
  }

  async function redriveAll(request: FastifyRequest, { filter, reason, after }: Redrive): Promise<Redriven> {
    const { tenant } = callerOf(request);
    const found = await awaitingReview(tenant, filter, after);
    const ids = found.slice(0, REDRIVE_MAX);
    const outcomes: Outcome[] = [];
    for (let at = 0; at < ids.length; at += REDRIVE_AT_ONCE) {
      outcomes.push(...(await submit(request, ids.slice(at, at + REDRIVE_AT_ONCE), reason)));
    }
    const [first] = outcomes;
    const isFull = outcomes.every((outcome) => !outcome.ok && outcome.rejection.code === 'overloaded');
    if (isFull && first?.ok === false) throw new ProblemError(refusalOf(first.rejection));
    const refused = outcomes.flatMap((outcome, index) => {
      if (outcome.ok) return [];
      const { code, detail } = refusalOf(outcome.rejection);
      return [{ order_id: ids[index] ?? '', code, detail }];
    });
    const last = found.length > ids.length ? ids.at(-1) : undefined;
    const next = last === undefined ? null : cursors.write(walkOf(tenant, filter), last);
    return { redriven: ids.length - refused.length, refused, more: next !== null, next_cursor: next };
  }

  /** One more than one call takes, so that it is known whether there are others. */
  async function awaitingReview(
    tenant: number,
    filter: Filter,
    start: string | null,
  ): Promise<readonly string[]> {
    const ids: string[] = [];
    let after = start;
    do {
      const page: readonly LiveOrder[] = await pawl.deadLetters({
        tenant,
        ...filter,
        after,
        limit: PAGE_MAX,
      });
      ids.push(...page.filter(({ awaitsReview }) => awaitsReview).map(({ id }) => id));
      after = page.length < PAGE_MAX ? null : (page.at(-1)?.id ?? null);
    } while (after !== null && ids.length <= REDRIVE_MAX);
    return ids.slice(0, REDRIVE_MAX + 1);
  }

  async function submit(
    request: FastifyRequest,
    ids: readonly string[],
    reason: string,
  ): Promise<readonly Outcome[]> {
    const { tenant, actor } = callerOf(request);
    const { requestId } = request.call;
    const command = { kind: 'redrive', reason } as const;
    const once = idempotencyOf(request);
    // A key of its own for each order: if the process ends before the call's answer is kept, its repetition redrives none twice.
    const idempotency = (orderId: string) =>
      once === undefined ? undefined : { key: `${once.key} ${orderId}`, call: once.call, isPart: true };
    const outcomes = await pawl.submitAll(
      ids.map((orderId) => ({
        tenant,
        orderId,
        actor,
        requestId,
        command,
        idempotency: idempotency(orderId),
      })),
    );
    for (const outcome of outcomes) {
      if (!outcome.ok) continue;
      countTransitions(outcome.events, deps.metrics);
      logEvents(request, outcome.events, deps.log);
    }
    return outcomes;
  }
}

/** The walk through the orders that a filter fits. A list of dead letters is another: it has orders that await no review. */
function walkOf(tenant: number, { workflow, status }: Filter): CursorScope {
  return { kind: 'redrive', tenant, sequence: JSON.stringify([workflow, status]) };
}
