import type { Outcome } from '../engine/request.ts';
import type { Actor, Command } from '../order/command.ts';
import type { JsonObject } from '../order/order.ts';
import type { Rejection } from '../order/rejection.ts';
import type { StockBalance } from '../order/stock.ts';
import type { WaitReason } from '../order/waiting.ts';
import type { LiveOrder } from '../order/work.ts';
import { createPawlWith, DEFAULT_TENANT, type NewOrder, type Pawl } from '../pawl.ts';
import type { Clock } from '../ports/clock.ts';
import type { RecordedEvent, Store } from '../ports/store.ts';
import { createIds } from '../ports/system.ts';
import type { TaskHandler } from '../ports/task-handler.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { BUILT_IN_TASKS } from '../workflow/built-in-tasks.ts';
import type { Duration, WorkflowDefinition } from '../workflow/definition.ts';
import { createScriptedTasks, type TaskScripts } from './scripts/task-scripts.ts';
import { createSeededRandom } from './seeded-random.ts';
import { msOf, VirtualClock } from './virtual-clock.ts';

/** When it is, unless a test says otherwise. */
const START_AT = Date.UTC(2026, 0, 1);

export interface TestPawlOptions {
  readonly workflows: readonly WorkflowDefinition[];
  /** The queues that are subscribed to each topic of `notify`. */
  readonly subscriptions?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Handlers of your own that are tested together with the workflow. Other declared tasks succeed until they are scripted. */
  readonly tasks?: Readonly<Record<string, TaskHandler>> | undefined;
  /** Declared tasks, and queues as `queue:<name>`, that nobody here carries out: the test claims them as a worker would. */
  readonly outside?: readonly string[] | undefined;
  /** Chance falls alike for the same seed: ids, and the pauses between attempts. Default 1. */
  readonly seed?: string | number | undefined;
  /** ISO 8601, or milliseconds since the epoch. Default 2026-01-01T00:00:00Z. */
  readonly startAt?: string | number | undefined;
}

/**
 * An engine in memory, whose time passes by hand and whose tasks come to what the test says. Each call returns when all that
 * follows from it without time passing has happened.
 */
export interface TestPawl {
  readonly pawl: Pawl;
  readonly clock: VirtualClock;
  readonly tasks: TaskScripts;
  /** Creates an order. @throws {RefusedError} as do the other commands. */
  create(order: NewOrder, actor?: Actor): Promise<LiveOrder>;
  /** Sends an event. The caller is the program, which may do everything, unless an actor is given. */
  fire(
    orderId: string,
    event: string,
    input?: { readonly reason?: string; readonly data?: JsonObject },
    actor?: Actor,
  ): Promise<LiveOrder>;
  /** Sends any other command: an edit, a review, a redrive, the retry of a dead task. */
  submit(orderId: string, command: Command, actor?: Actor): Promise<LiveOrder>;
  /** Somebody with these roles. */
  actor(name: string, roles: readonly string[]): Promise<Actor>;
  /** Sets what is in the house of a SKU, if given; says what there is. */
  stock(sku: string, onHand?: number): Promise<StockBalance>;
  /** @throws {Error} if there is none of that id. */
  order(orderId: string): Promise<LiveOrder>;
  /** Everything that was recorded of an order, oldest first. */
  trail(orderId: string): Promise<readonly RecordedEvent[]>;
  /** The trail in short, a line an entry: `work_ended payment.charge failed → FAILED`. */
  story(orderId: string): Promise<readonly string[]>;
  /** Why the order is where it is. */
  waiting(orderId: string): Promise<readonly WaitReason[]>;
  /** Lets time pass: milliseconds, or as in definitions, `30m`. Everything due happens at its time, in turn. */
  advance(time: Duration | number): Promise<void>;
  /** Waits until nothing more happens without time passing. */
  settle(): Promise<void>;
  /** Ends what runs. Takes no real time. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a command was refused with. */
export class RefusedError extends Error {
  readonly rejection: Rejection;

  constructor(rejection: Rejection) {
    super(`refused: ${JSON.stringify(rejection)}`);
    this.name = 'RefusedError';
    this.rejection = rejection;
  }
}

/**
 * Starts an engine for a test.
 * @example
 * const t = await createTestPawl({ workflows: [preorder] });
 * t.tasks.fail('payment.charge', 'declined');
 * await t.stock('A-1', 1);
 * const order = await t.create({ workflow: 'preorder', items: [{ sku: 'A-1', qty: 1, price: '9.99' }] });
 * expect(order.status).toBe('FAILED');
 * await t.close();
 * @throws {Error} if one of the workflows is broken, with its findings.
 */
export async function createTestPawl(options: TestPawlOptions): Promise<TestPawl> {
  const clock = new VirtualClock(startOf(options.startAt));
  const engineClock = countingClock(clock);
  const random = createSeededRandom(options.seed ?? 1);
  const store = createMemoryStore({ clock, random });
  const { scripts, handlers, replaced, gateway } = createScriptedTasks(namesOf(options), clock);
  const own = {
    store,
    workflows: options.workflows,
    subscriptions: options.subscriptions,
    tasks: handlers,
    gateway,
    clock: engineClock,
    random,
    ids: createIds(random),
    observe: () => clock.stir(),
  };
  const pawl = await createPawlWith(own, replaced);
  const tenant = await pawl.tenant(DEFAULT_TENANT);
  const program = await pawl.actor(tenant, 'program', 'program', ['admin']);
  const names = [...Object.keys(handlers), ...BUILT_IN_TASKS.keys()];

  async function order(orderId: string): Promise<LiveOrder> {
    return existing(await pawl.get(tenant, orderId), orderId);
  }

  async function settled(commanding: Promise<Outcome>): Promise<LiveOrder> {
    const outcome = await commanding;
    await clock.settle();
    if (!outcome.ok) throw new RefusedError(outcome.rejection);
    return order(outcome.order.id);
  }

  const submit = (orderId: string, command: Command, actor = program) =>
    settled(pawl.submit({ tenant, orderId, command, actor }));

  const trail = (orderId: string) =>
    pawl.trail({ tenant, orderId, direction: 'asc', after: null, limit: Number.MAX_SAFE_INTEGER });

  async function close(): Promise<void> {
    let isClosed = false;
    const closing = pawl.close().finally(() => {
      isClosed = true;
    });
    for (await clock.settle(); !isClosed; await clock.settle()) clock.step(clock.monotonic() + STEP_MS);
    await closing;
  }

  return {
    pawl,
    clock,
    tasks: scripts,
    create: (newOrder, actor = program) => settled(pawl.create(newOrder, actor)),
    fire: (orderId, event, input, actor) => submit(orderId, { kind: 'event', event, ...input }, actor),
    submit,
    actor: (name, roles) => pawl.actor(tenant, 'program', name, roles),
    async stock(sku, onHand) {
      if (onHand !== undefined) {
        const change = { actor: program, sku, kind: 'set', value: onHand, reason: null } as const;
        const outcome = await pawl.stock.change(change);
        if (!outcome.ok) throw new RefusedError(outcome.rejection);
      }
      return (await pawl.stock.get(tenant, sku)) ?? { sku, onHand: 0, reserved: 0, version: 0 };
    },
    order,
    trail,
    story: async (orderId) => (await trail(orderId)).map(lineOf),
    async waiting(orderId) {
      return existing(await pawl.waiting(tenant, orderId), orderId).waitsFor;
    },
    async advance(time) {
      const until = clock.monotonic() + msOf(time);
      do {
        await clock.settle();
        if (engineClock.sleeping === 1 && clock.sleeping === 1) {
          clock.skip(Math.min(until - clock.monotonic(), await idleMs(store, names)));
        }
      } while (clock.step(until));
    },
    settle: () => clock.settle(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Time that passes at once while the engine waits for the end of what it does not want to break off. */
const STEP_MS = 1_000;

/**
 * How long nothing will be due. With nothing under way all that sleeps is the runner, between two looks for work: those that
 * would find none are left out, or a month would take a while.
 */
async function idleMs(store: Store, names: readonly string[]): Promise<number> {
  const { ready, timers, lapsed, nextAt } = await store.peekWork({ names, limit: 1 });
  if (ready || timers.length > 0 || lapsed.length > 0) return 0;
  return nextAt === null ? Number.POSITIVE_INFINITY : Math.max(0, nextAt - store.now());
}

/** The clock as the engine has it: it tells how much of the sleeping is the engine's. */
function countingClock(clock: Clock): Clock & { readonly sleeping: number } {
  let sleeping = 0;
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    async sleep(ms, signal) {
      sleeping++;
      await clock.sleep(ms, signal);
      sleeping--;
    },
    get sleeping() {
      return sleeping;
    },
  };
}

function namesOf({ workflows, subscriptions = {}, tasks = {}, outside = [] }: TestPawlOptions) {
  const declared = workflows.flatMap((workflow) => Object.keys(workflow.tasks ?? {}));
  const queues = Object.values(subscriptions).flatMap((names) => names.map((name) => `queue:${name}`));
  const scripted = new Set([...declared, ...queues].filter((name) => !outside.includes(name)));
  return { scripted, real: tasks };
}

function startOf(startAt: string | number = START_AT): number {
  const at = typeof startAt === 'string' ? Date.parse(startAt) : startAt;
  if (Number.isSafeInteger(at) && at >= 0) return at;
  throw new RangeError(`${startAt} is no time: write ISO 8601, or milliseconds since the epoch`);
}

function existing<T>(found: T | undefined, orderId: string): T {
  if (found === undefined) throw new Error(`there is no order ${orderId}`);
  return found;
}

function lineOf({ head, payload }: RecordedEvent): string {
  const { type, event, task, from, to } = head;
  const outcome = type === 'work_ended' ? payload?.work?.outcome : null;
  const words = [type, event, task, outcome, ...(from === to ? [] : ['→', to])];
  return words.filter((word) => typeof word === 'string').join(' ');
}
