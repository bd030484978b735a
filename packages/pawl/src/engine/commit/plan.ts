import { genesisHash, sealEvent } from '../../order/chain.ts';
import type { CommandContext } from '../../order/command.ts';
import { decide } from '../../order/decide.ts';
import type { Decision } from '../../order/decision.ts';
import type { Digest } from '../../order/digest.ts';
import type { EventPayload, OrderEvent } from '../../order/event.ts';
import { evolve } from '../../order/evolve.ts';
import type { Order } from '../../order/order.ts';
import { type Rejection, STORED_REFUSALS } from '../../order/rejection.ts';
import type { Facts, PinnedWorkflow } from '../../order/situation.ts';
import type { StockEntry } from '../../order/stock.ts';
import { type LiveOrder, NO_WORK, type Task } from '../../order/work.ts';
import type { Random } from '../../ports/random.ts';
import type { KeyRecord, Unit } from '../../ports/store.ts';
import type { Definitions } from '../definitions.ts';
import { toError } from '../fault.ts';
import type { Outcome, Request } from '../request.ts';
import type { WorkDesk } from '../work-desk.ts';
import { acceptedAnswer, refusedAnswer } from './answers.ts';
import type { PlannedCommand } from './job.ts';
import { workChanges } from './work-changes.ts';

/** What planning needs besides the order. */
export interface PlanTools {
  readonly definitions: Definitions;
  readonly digest: Digest;
  readonly random: Random;
  readonly idempotencyTtlMs: number;
  /** The queues that are subscribed to a topic. */
  readonly queues: (topic: string) => readonly string[];
  /** Pieces that are believed to be available. */
  readonly available: (tenant: number, sku: string) => number;
  readonly desk: WorkDesk;
}

/** All commands of one order in a batch, decided in turn: what to write, and what to answer once it is written. */
export interface Plan {
  readonly orderKey: string;
  readonly unit: Unit;
  /** One for each command, true only if the unit is committed; an error where deciding it failed, which harms no other. */
  readonly outcomes: readonly (Outcome | Error)[];
  /** The order as the unit leaves it. */
  readonly order: LiveOrder | undefined;
  /** Tasks that this node takes over with the commit that makes them. */
  readonly begun: readonly Task[];
}

/** Decides the commands of one order, in memory, each on what the one before it left. */
export function planUnit(
  commands: readonly [PlannedCommand, ...PlannedCommand[]],
  current: LiveOrder | undefined,
  now: number,
  tools: PlanTools,
): Plan {
  const draft = new UnitDraft(commands[0], current, now, tools);
  const outcomes = commands.map((command) => draft.add(command));
  const begun = draft.beginTasks();
  return { orderKey: commands[0].orderKey, unit: draft.unit(), outcomes, order: draft.order, begun };
}

/** Whether anything must be written or looked up before the plan's answers may leave. */
export function needsCommit({ unit }: Plan): boolean {
  return unit.events.length > 0 || unit.keys.length > 0 || unit.keysProbed.length > 0;
}

class UnitDraft {
  order: LiveOrder | undefined;
  readonly #first: PlannedCommand;
  readonly #base: LiveOrder | undefined;
  readonly #now: number;
  readonly #tools: PlanTools;
  readonly #events: OrderEvent[] = [];
  readonly #stock: StockEntry[] = [];
  /** Pieces that commands of this unit have taken, by SKU. */
  readonly #taken = new Map<string, number>();
  readonly #keys = new Map<string, { record: KeyRecord; outcome: Outcome }>();
  readonly #probed: string[] = [];

  constructor(first: PlannedCommand, base: LiveOrder | undefined, now: number, tools: PlanTools) {
    this.#first = first;
    this.#base = base;
    this.#now = now;
    this.#tools = tools;
    this.order = base;
  }

  add(job: PlannedCommand): Outcome | Error {
    const earlier = job.key === null ? undefined : this.#keys.get(job.key.hash);
    if (earlier !== undefined)
      return repeated(earlier.outcome, earlier.record.fingerprint === job.key?.fingerprint);
    try {
      const outcome = this.#decide(job);
      this.#remember(job, outcome);
      return outcome;
    } catch (fault) {
      return toError(fault);
    }
  }

  /** Takes over those of the new tasks that can begin at once: they are written as claimed. */
  beginTasks(): readonly Task[] {
    const before = this.#base?.work ?? NO_WORK;
    if (this.order === undefined || this.order.work === before) return [];
    const known = new Set(before.tasks.map(({ id }) => id));
    const begun: Task[] = [];
    const tasks = this.order.work.tasks.map((task) => {
      const isNew = !known.has(task.id) && !task.dead && !task.orphan && task.dueAt <= this.#now;
      const place = isNew ? this.#tools.desk.reserve(task.name) : null;
      if (place === null) return task;
      const claimed: Task = { ...task, ...place, token: 1, attempts: 1 };
      begun.push(claimed);
      return claimed;
    });
    if (begun.length > 0) this.order = { ...this.order, work: { ...this.order.work, tasks } };
    return begun;
  }

  unit(): Unit {
    const { tenant } = this.#first.request;
    const changed = this.#events.length > 0;
    const work = changed ? (this.order?.work ?? NO_WORK) : NO_WORK;
    return {
      tenant,
      orderId: this.#first.orderId,
      expectedVersion: changed ? (this.#base?.version ?? 0) : null,
      order: changed ? (this.order ?? null) : null,
      bodyChanged: this.#events.some(({ head }) => head.type === 'created' || head.type === 'edited'),
      events: this.#events,
      ...workChanges(changed ? (this.#base?.work ?? NO_WORK) : NO_WORK, work),
      stock: this.#stock,
      keys: Array.from(this.#keys.values(), ({ record }) => record),
      keysProbed: this.#probed,
    };
  }

  #decide(job: PlannedCommand): Outcome {
    const workflow = this.#workflow(job.request);
    if (workflow === undefined) {
      if (job.request.command.kind !== 'create')
        return refused({ code: 'order-not-found', orderId: job.orderId });
      return refused({ code: 'workflow-unknown', workflow: job.request.workflow ?? '' });
    }
    const context = contextOf(job.request, job.commandId);
    const decision = decide(this.order, job.request.command, context, workflow, this.#facts(job));
    return decision.ok ? this.#accept(decision, workflow) : refused(decision.rejection);
  }

  #facts({ createdAt, orderId, request: { tenant } }: PlannedCommand): Facts {
    const { available, queues } = this.#tools;
    return {
      now: this.#now,
      createdAt,
      tenant,
      orderId,
      available: (sku) => available(tenant, sku) - (this.#taken.get(sku) ?? 0),
      queues,
    };
  }

  #workflow({ tenant, workflow, command }: Request): PinnedWorkflow | undefined {
    const { definitions } = this.#tools;
    if (command.kind === 'create') return definitions.get(tenant, workflow ?? '');
    return this.order === undefined ? undefined : definitions.byHash(this.order.workflowHash);
  }

  /** Changes nothing of the draft until all of the decision is sealed. */
  #accept(decision: Decision & { ok: true }, { compiled }: PinnedWorkflow): Outcome {
    const { digest, random } = this.#tools;
    const events: OrderEvent[] = [];
    let order: Order | undefined = this.order;
    for (const draft of decision.events) {
      const { tenant, orderId } = draft.head;
      const previous = order?.lastHash ?? genesisHash(tenant, orderId, digest);
      const event = sealEvent(draft, previous, random.hex(16), digest);
      const payload = draft.payload.fields === undefined ? draft.payload : recorded(event);
      order = evolve(order, { head: event.head, payload }, event.hash, compiled);
      events.push({ ...event, payload });
    }
    if (order === undefined) throw new TypeError('an accepted command leaves an order');
    const { work, stock, accepted } = decision;
    this.order = { ...order, work };
    this.#events.push(...events);
    this.#take(stock);
    const told = accepted === undefined ? undefined : { accepted };
    return { ok: true, order: this.order, events, stock, replayed: false, ...told };
  }

  #take(stock: readonly StockEntry[]): void {
    this.#stock.push(...stock);
    for (const { kind, sku, qty } of stock) {
      if (kind === 'reserve') this.#taken.set(sku, (this.#taken.get(sku) ?? 0) + qty);
      if (kind === 'release') this.#taken.set(sku, (this.#taken.get(sku) ?? 0) - qty);
    }
  }

  #remember({ key, orderId }: PlannedCommand, outcome: Outcome): void {
    if (key === null) return;
    if (!outcome.ok && !STORED_REFUSALS.has(outcome.rejection.code)) {
      this.#probed.push(key.hash);
      return;
    }
    const record = {
      ...key,
      orderId,
      version: this.order?.version ?? 0,
      answer: outcome.ok ? acceptedAnswer(outcome.accepted) : refusedAnswer(outcome.rejection),
      expiresAt: this.#now + this.#tools.idempotencyTtlMs,
    };
    this.#keys.set(key.hash, { record, outcome });
  }
}

/**
 * The payload as it is recorded. An order is made from this and not from what the caller handed in, which the caller may
 * change afterwards, and whose members may stand in another order than a replay will show them in.
 */
function recorded(event: OrderEvent): EventPayload {
  return JSON.parse(event.payloadText ?? '') as EventPayload;
}

/** The context that rules see of a request. */
export function contextOf(request: Request, commandId: string): CommandContext {
  return {
    actor: request.actor,
    commandId,
    requestId: request.requestId ?? null,
    occurredAt: request.occurredAt ?? null,
    precondition: request.precondition ?? null,
    preconditionRequired: request.preconditionRequired ?? false,
  };
}

function repeated(outcome: Outcome, sameCall: boolean): Outcome {
  if (!sameCall) return refused({ code: 'idempotency-key-reused' });
  return outcome.ok ? { ...outcome, events: [], stock: [], replayed: true } : { ...outcome, replayed: true };
}

function refused(rejection: Rejection): Outcome {
  return { ok: false, rejection, replayed: false };
}
