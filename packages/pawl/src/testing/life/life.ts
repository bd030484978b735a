import { genesisHash, sealEvent } from '../../order/chain.ts';
import {
  type Command,
  type CommandContext,
  type ItemInput,
  systemActor,
  type TaskOutcome,
} from '../../order/command.ts';
import { decide } from '../../order/decide.ts';
import type { Decision } from '../../order/decision.ts';
import type { OrderEvent } from '../../order/event.ts';
import { evolve } from '../../order/evolve.ts';
import type { JsonObject, Order } from '../../order/order.ts';
import type { Facts, PinnedWorkflow } from '../../order/situation.ts';
import { deltaOf, type StockEntry } from '../../order/stock.ts';
import { type LiveOrder, type Task, taskStatus } from '../../order/work.ts';
import { systemDigest } from '../../ports/system.ts';
import { compileWorkflow } from '../../workflow/compile.ts';
import type { StateDefinition, WorkflowDefinition } from '../../workflow/definition.ts';
import { verifyWorkflow } from '../../workflow/verify.ts';
import { Soundness } from './soundness.ts';

/** The id of every order whose life is lived here: tests name tasks by what follows it. */
export const ORDER_ID = 'ord_01kjm2x9v0e5stpqn4c6b7d8fg';
/** How long a claim lasts, milliseconds. */
export const CLAIM_MS = 30_000;

export type States = Readonly<Record<string, StateDefinition>>;

export interface World {
  readonly items?: readonly ItemInput[];
  readonly metadata?: JsonObject;
  /** Pieces by SKU. */
  readonly stock?: Readonly<Record<string, number>>;
  /** The queues of each topic. */
  readonly queues?: Readonly<Record<string, readonly string[]>>;
  readonly tasks?: WorkflowDefinition['tasks'];
}

const PROGRAM = { tenant: 1, number: 7, name: 'p', kind: 'program', roles: [] as readonly string[] } as const;

/** A definition whose first state is the initial one, ready to decide by. */
export function pinned(states: States, tasks?: WorkflowDefinition['tasks']): PinnedWorkflow {
  const definition: WorkflowDefinition = {
    name: 'life',
    initial: Object.keys(states)[0] ?? '',
    ...(tasks === undefined ? undefined : { tasks }),
    states,
  };
  const errors = verifyWorkflow(definition).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(`the definition is broken: ${JSON.stringify(errors, null, 1)}`);
  return { compiled: compileWorkflow(definition), version: 1, hash: 'f'.repeat(64) };
}

/**
 * An order from its creation on. Commands are decided and folded as a lane would do it, claims made as a store would, and all
 * that must hold is looked at after each: what does not is thrown. Whatever was handed to a decision is frozen.
 */
export class Life {
  readonly workflow: PinnedWorkflow;
  readonly events: OrderEvent[] = [];
  readonly stock: StockEntry[] = [];
  /** Pieces that are available, by SKU. */
  readonly available: Map<string, number>;
  now = 1_000_000;
  /** What the newest command was answered. */
  decision: Decision | undefined;
  readonly #soundness = new Soundness();
  readonly #queues: Readonly<Record<string, readonly string[]>>;
  #order: LiveOrder | undefined;

  constructor(workflow: States | PinnedWorkflow, world: World = {}) {
    this.workflow = isPinned(workflow) ? workflow : pinned(workflow, world.tasks);
    this.available = new Map(Object.entries(world.stock ?? {}));
    this.#queues = world.queues ?? {};
    const { items = [{ sku: 'A', qty: 2, price: '9.99' }], metadata = {} } = world;
    this.send({ kind: 'create', externalId: null, customerId: null, currency: 'USD', items, metadata });
  }

  get order(): LiveOrder {
    if (this.#order === undefined) throw new Error('the order was not created');
    return this.#order;
  }

  /** Decides and folds. Tells status and version, or the code of the refusal. */
  send(command: Command, more: Partial<CommandContext> = {}): string {
    const before = this.#order;
    const decision = decide(
      before,
      deepFrozen(command),
      deepFrozen({ ...CONTEXT, ...more }),
      this.workflow,
      deepFrozen(this.#facts()),
    );
    this.decision = decision;
    if (!decision.ok) return decision.rejection.code;
    this.#apply(decision);
    const faults = this.#soundness.faults({ life: this, before, command, decision });
    if (faults.length > 0) throw new Error(`${faults.join('\n')}\nafter:\n${this.trail().join('\n')}`);
    const { status, version } = this.order;
    return `${status} ${version}${decision.accepted === undefined ? '' : ` ${decision.accepted.message}`}`;
  }

  event(event: string, more: Partial<CommandContext> & { reason?: string; data?: JsonObject } = {}): string {
    const { reason, data, ...context } = more;
    return this.send({ kind: 'event', event, reason, data }, context);
  }

  /** As a store gives it out: whoever held it before is superseded, and what they did is not known. */
  claim(name: string, leaseMs = CLAIM_MS): Task {
    const task = this.task(name);
    const claimed = {
      ...task,
      token: task.token + 1,
      attempts: task.attempts + 1,
      leaseUntil: this.now + leaseMs,
      parked: false,
      claimedBy: 'w',
      uncertain: task.uncertain || task.leaseUntil !== null,
    };
    this.#put(claimed);
    return claimed;
  }

  /** The attempt has failed and another one follows. */
  postpone(name: string, { ms = 0, uncertain = false } = {}): void {
    const task = this.task(name);
    this.#put({ ...task, leaseUntil: null, dueAt: this.now + ms, uncertain: task.uncertain || uncertain });
  }

  /** Claims the task unless somebody holds it, and ends it. */
  end(name: string, outcome: TaskOutcome, token?: number): string {
    const known = this.order.work.tasks.find(({ id }) => id === idOf(name));
    const held =
      known === undefined || known.leaseUntil !== null || token !== undefined ? known : this.claim(name);
    const command = {
      kind: 'end-task',
      taskId: idOf(name),
      token: token ?? held?.token ?? 1,
      outcome,
    } as const;
    return this.send(command, { actor: systemActor(1) });
  }

  done(name: string, data: JsonObject = {}): string {
    return this.end(name, { kind: 'done', data });
  }

  fail(name: string, reason = 'declined'): string {
    return this.end(name, { kind: 'failed', reason });
  }

  exhaust(name: string, uncertain = false): string {
    return this.end(name, { kind: 'exhausted', reason: 'no answer', uncertain });
  }

  lapse(name: string): string {
    return this.send({ kind: 'lapse-task', taskId: idOf(name) });
  }

  retry(name: string): string {
    return this.send({ kind: 'retry-task', taskId: idOf(name) });
  }

  resolve(name: string, outcome: 'done' | 'failed', data?: JsonObject): string {
    return this.send({ kind: 'resolve-task', taskId: idOf(name), outcome, data, reason: 'by hand' });
  }

  /** Has the timer of that place in the present state come due now. */
  fire(index = 0, enteredVersion = this.order.work.timers[0]?.enteredVersion ?? 0): string {
    return this.send({ kind: 'timer', enteredVersion, index });
  }

  /** The row as somebody has changed it behind the back of every command. */
  tamper(change: Partial<LiveOrder>): void {
    this.#order = deepFrozen({ ...this.order, ...change });
  }

  task(name: string): Task {
    const task = this.order.work.tasks.find(({ id }) => id === idOf(name));
    if (task === undefined) throw new Error(`there is no task ${name} among ${this.tasks().join(', ')}`);
    return task;
  }

  /** Open tasks: name, place in the id, standing. */
  tasks(): readonly string[] {
    return this.order.work.tasks.map((task) => {
      const standing = task.orphan ? 'orphan' : taskStatus(task, this.now);
      return `${task.name} ${task.id.slice(ORDER_ID.length + 1)} ${standing}`;
    });
  }

  /** A line for each event after a version: type, what it is about, where it leads, and how the order then stands. */
  trail(after = 0): readonly string[] {
    return this.events.slice(after).map(({ head, payload }) => {
      const about = [head.type, head.event, head.task, payload?.work?.outcome];
      const where = head.from === head.to ? `in ${head.to}` : `to ${head.to}`;
      const stands = [payload?.open === true ? 'open' : null, payload?.blocked === true ? 'blocked' : null];
      return [...about, where, ...stands].filter((part) => part !== null && part !== undefined).join(' ');
    });
  }

  /** Stock movements after the first `after` entries, without what was only looked at. */
  movements(): readonly string[] {
    return this.stock.flatMap((entry) =>
      'effectKey' in entry
        ? [`${entry.kind} ${entry.qty} ${entry.sku} ${entry.effectKey.slice(ORDER_ID.length + 1)}`]
        : [],
    );
  }

  #facts(): Facts {
    return {
      now: this.now,
      tenant: 1,
      orderId: ORDER_ID,
      available: (sku) => this.available.get(sku) ?? 0,
      queues: (topic) => this.#queues[topic] ?? [],
    };
  }

  #apply({ events, work, stock }: Decision & { ok: true }): void {
    let order: Order | undefined = this.#order;
    for (const draft of events) {
      const previous = order?.lastHash ?? genesisHash(1, ORDER_ID, systemDigest);
      const salt = String(this.events.length).padStart(32, '0');
      const event = sealEvent(draft, previous, salt, systemDigest);
      order = evolve(order, draft, event.hash, this.workflow.compiled);
      this.events.push(event);
    }
    this.#order = deepFrozen({ ...(order as Order), work });
    this.stock.push(...stock);
    for (const entry of stock) this.#move(entry);
  }

  #move(entry: StockEntry): void {
    if (!('effectKey' in entry)) return;
    const { onHand, reserved } = deltaOf(entry);
    this.available.set(entry.sku, (this.available.get(entry.sku) ?? 0) + onHand - reserved);
  }

  #put(task: Task): void {
    const { work, ...order } = this.order;
    const tasks = work.tasks.map((one) => (one.id === task.id ? task : one));
    this.#order = deepFrozen({ ...order, work: { ...work, tasks } });
  }
}

const CONTEXT: CommandContext = {
  actor: PROGRAM,
  commandId: 'c-1',
  requestId: null,
  occurredAt: null,
  precondition: null,
  preconditionRequired: false,
};

function idOf(name: string): string {
  return `${ORDER_ID}:${name}`;
}

function isPinned(workflow: States | PinnedWorkflow): workflow is PinnedWorkflow {
  return 'compiled' in workflow;
}

/** Whoever changes what it was handed throws. */
function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFrozen(member);
  return Object.freeze(value);
}
