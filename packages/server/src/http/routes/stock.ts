import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RecordedMovement, StockBalance, StockCommand } from 'pawl';
import type { Static } from 'typebox';
import { sendJson } from '../answer.ts';
import { callerOf } from '../call.ts';
import { idempotencyOf } from '../command/command-context.ts';
import type { AppDeps } from '../deps.ts';
import type { Cursors } from '../input/cursor.ts';
import { readWindow, sendPage, windowOf } from '../page.ts';
import { sendProblem } from '../refusal/problem-answer.ts';
import { ProblemError } from '../refusal/problem-error.ts';
import { refusalOf } from '../refusal/refusal.ts';
import { viewMovement, viewStock } from '../render/stock.ts';
import { describeOperation } from '../schema/operation.ts';
import { noQuery, pageQuery, stockParams } from '../schema/queries.ts';
import { adjustBody, stockBody } from '../schema/work-commands.ts';

const list = describeOperation('list_stock', {
  tag: 'Stock',
  summary: 'List what is in stock, by SKU',
  answers: { 200: { description: 'A page of balances.', body: 'StockPage', headers: ['Link'] } },
});
const read = describeOperation('get_stock', {
  tag: 'Stock',
  summary: 'Say how much there is of a SKU',
  answers: { 200: { description: 'The balance.', body: 'Stock' } },
  problems: ['stock-not-found'],
});
const set = describeOperation('set_stock', {
  tag: 'Stock',
  summary: 'Say how many pieces are in the house',
  description: 'After a count, or for a new SKU. What orders have reserved stays reserved.',
  answers: { 200: { description: 'The balance now.', body: 'Stock' } },
  problems: [
    'malformed-request',
    'payload-too-large',
    'unsupported-media-type',
    'stock-below-reserved',
    'stock-out-of-range',
  ],
});
const adjust = describeOperation('adjust_stock', {
  tag: 'Stock',
  summary: 'Add pieces, or take some away',
  reads: ['Idempotency-Key'],
  answers: {
    200: { description: 'The balance now.', body: 'Stock', headers: ['Idempotency-Replayed'] },
  },
  problems: [
    'malformed-request',
    'idempotency-key-reused',
    'payload-too-large',
    'unsupported-media-type',
    'stock-below-reserved',
    'stock-out-of-range',
  ],
});
const movements = describeOperation('list_stock_movements', {
  tag: 'Stock',
  summary: 'Read the ledger of a SKU, newest first',
  description: 'The balance is the sum of its movements.',
  answers: { 200: { description: 'A page of movements.', body: 'StockMovementPage', headers: ['Link'] } },
  problems: ['stock-not-found'],
});

type StockPath = Static<typeof stockParams>;

/** What is in the house, and who has moved it. */
export function stock(app: FastifyInstance, { pawl }: AppDeps, cursors: Cursors): void {
  app.get('/stock', { config: list.config, schema: { ...list.docs, querystring: pageQuery } }, listStock);
  app.get(
    '/stock/:sku',
    { config: read.config, schema: { ...read.docs, params: stockParams, querystring: noQuery } },
    readStock,
  );
  app.put(
    '/stock/:sku',
    {
      config: set.config,
      schema: { ...set.docs, params: stockParams, querystring: noQuery, body: stockBody },
    },
    (request, reply) => {
      const { on_hand: value } = request.body as Static<typeof stockBody>;
      return change(request, reply, { kind: 'set', value, reason: null });
    },
  );
  app.post(
    '/stock/:sku/adjust',
    {
      config: adjust.config,
      schema: { ...adjust.docs, params: stockParams, querystring: noQuery, body: adjustBody },
    },
    (request, reply) => {
      const { delta: value, reason } = request.body as Static<typeof adjustBody>;
      return change(request, reply, { kind: 'adjust', value, reason });
    },
  );
  app.get(
    '/stock/:sku/movements',
    {
      config: movements.config,
      schema: { ...movements.docs, params: stockParams, querystring: pageQuery },
    },
    listMovements,
  );

  async function listStock(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { tenant } = callerOf(request);
    const scope = { kind: 'stock', tenant, sequence: '' } as const;
    const window = windowOf(request.query as Static<typeof pageQuery>, cursors, scope);
    const positionOf = ({ sku }: StockBalance) => sku;
    const found = await readWindow(window, positionOf, (after, limit) =>
      pawl.stock.list({ tenant, after, limit }),
    );
    const entries = { read: found, view: viewStock, positionOf };
    return sendPage(request, reply, window, entries, (position) => cursors.write(scope, position));
  }

  async function readStock(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return sendJson(reply, viewStock(await find(request)));
  }

  async function listMovements(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { sku } = await find(request);
    const { tenant } = callerOf(request);
    const scope = { kind: 'movements', tenant, sequence: sku } as const;
    const window = windowOf(request.query as Static<typeof pageQuery>, cursors, scope);
    const positionOf = ({ position }: RecordedMovement) => String(position);
    const found = await readWindow(window, positionOf, (after, limit) =>
      pawl.stock.movements({ tenant, sku, before: after === null ? null : Number(after), limit }),
    );
    const entries = { read: found, view: viewMovement, positionOf };
    return sendPage(request, reply, window, entries, (position) => cursors.write(scope, position));
  }

  async function change(
    request: FastifyRequest,
    reply: FastifyReply,
    command: Pick<StockCommand, 'kind' | 'value' | 'reason'>,
  ): Promise<FastifyReply> {
    const { sku } = request.params as StockPath;
    const { actor } = callerOf(request);
    const outcome = await pawl.stock.change({ ...command, actor, sku, idempotency: idempotencyOf(request) });
    if (outcome.replayed) reply.header('idempotency-replayed', 'true');
    if (!outcome.ok) return sendProblem(request, reply, refusalOf(outcome.rejection));
    return sendJson(reply, viewStock(outcome.balance));
  }

  async function find(request: FastifyRequest): Promise<StockBalance> {
    const { sku } = request.params as StockPath;
    const found = await pawl.stock.get(callerOf(request).tenant, sku);
    if (found !== undefined) return found;
    throw new ProblemError({ code: 'stock-not-found', detail: `There was never stock of ${sku}.` });
  }
}
