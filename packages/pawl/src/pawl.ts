import { acquaintedStore } from './engine/acquainted-store.ts';
import { createIdentities } from './engine/actors.ts';
import { type Definitions, type DeployResult, loadDefinitions, SHARED_TENANT } from './engine/definitions.ts';
import { CACHE_BYTES_MAX, Engine, QUEUE_MAX } from './engine/engine.ts';
import { followDeployments } from './engine/follow-deployments.ts';
import { createHistory, type Moment } from './engine/history.ts';
import type { Once } from './engine/kept-answers.ts';
import { observeStore } from './engine/observed-store.ts';
import { previewRequest } from './engine/preview.ts';
import type { Idempotency, Outcome, Refused, Request } from './engine/request.ts';
import { createStock, type Stock } from './engine/stock.ts';
import { NO_DESK, type WorkDesk } from './engine/work-desk.ts';
import { createHealth, type Health } from './health/health.ts';
import { type Action, actionsOf } from './order/actions.ts';
import type { Actor, ActorKind, ItemInput } from './order/command.ts';
import type { Digest } from './order/digest.ts';
import type { JsonObject, Order } from './order/order.ts';
import type { Rejection } from './order/rejection.ts';
import { type WaitReason, waitsFor } from './order/waiting.ts';
import type { LiveOrder } from './order/work.ts';
import type { Clock } from './ports/clock.ts';
import type { Observe } from './ports/observe.ts';
import type { PaymentGateway } from './ports/payment-gateway.ts';
import type { Ids, Random } from './ports/random.ts';
import type {
  DeadLetterQuery,
  FeedPage,
  FeedQuery,
  ListFilter,
  ListQuery,
  RecordedEvent,
  Store,
  TrailQuery,
} from './ports/store.ts';
import { createIds, createSystemRandom, systemClock, systemDigest } from './ports/system.ts';
import type { TaskHandler } from './ports/task-handler.ts';
import type { CallServiceOptions } from './tasks/handlers/http/call-service.ts';
import { builtInHandlers } from './tasks/handlers/index.ts';
import { createSimulatedGateway } from './tasks/handlers/simulated-gateway.ts';
import { LEASE_MS, POLL_MS, SLOTS_MAX, TaskRunner } from './tasks/runner.ts';
import { createTasks, repeatedEnd, type Tasks } from './tasks/task-service.ts';
import { BUILT_IN_TASKS } from './workflow/built-in-tasks.ts';
import type { CompiledWorkflow } from './workflow/compiled.ts';
import type { WorkflowDefinition } from './workflow/definition.ts';

/** How long an idempotency key is remembered unless told otherwise: a day. */
const IDEMPOTENCY_TTL_MS = 86_400_000;

/** How long running tasks are waited for at the end: most take less, and the others are tried again. */
const TASK_GRACE_MS = 5_000;

/** The tenant of a program that does not tell tenants apart. */
export const DEFAULT_TENANT = 'default';

export interface PawlOptions {
  /** Closed together with the engine. */
  readonly store: Store;
  /** Deployed at the start, for all tenants, unless this content was ever deployed under the name. */
  readonly workflows?: readonly WorkflowDefinition[] | undefined;
  /** Milliseconds; default 86,400,000. */
  readonly idempotencyTtlMs?: number | undefined;
  /** Commands that may wait at once; default 10,000. Beyond, they are refused as `overloaded`. */
  readonly queueMax?: number | undefined;
  /** Bytes of orders kept in memory; default 64 MiB. */
  readonly cacheBytesMax?: number | undefined;
  /** Told of commits and of the store's calls. */
  readonly observe?: Observe | undefined;
  /** What carries out the tasks that definitions declare, by name. `stock.*` and `notify` are not to be replaced. */
  readonly tasks?: Readonly<Record<string, TaskHandler>> | undefined;
  /** Takes and gives back money. Default: the simulated one, which decides by `metadata.payment.token`. */
  readonly gateway?: PaymentGateway | undefined;
  /** Which services `http` tasks may call. Default: none. */
  readonly http?: CallServiceOptions | undefined;
  /** The queues that are subscribed to each topic of `notify`. */
  readonly subscriptions?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Tasks carried out at once; default 256. 0: this node carries out none and fires no timer. */
  readonly taskSlots?: number | undefined;
  /** How long a task belongs to the node that carries it out, unless it extends its lease; milliseconds, default 30,000. */
  readonly leaseMs?: number | undefined;
  /** How long `close` waits for running tasks; milliseconds, default 5,000. */
  readonly taskGraceMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  readonly ids?: Ids | undefined;
  readonly digest?: Digest | undefined;
}

/** A new order, as an embedding program gives it. */
export interface NewOrder {
  readonly workflow: string;
  readonly items: readonly ItemInput[];
  /** ISO 4217; default USD. */
  readonly currency?: string | undefined;
  readonly customerId?: string | null | undefined;
  readonly externalId?: string | null | undefined;
  readonly metadata?: JsonObject | undefined;
}

/** Orders and their lifecycles. Refusals are values; what is thrown is a fault of the store or a bug. */
export interface Pawl {
  /** Creates an order in the newest version of its workflow. The caller is the program itself unless an actor is given. */
  create(order: NewOrder, actor?: Actor): Promise<Outcome>;
  /** Sends an event to an order of the actor's tenant, for the program itself of the default one. */
  fire(
    orderId: string,
    event: string,
    input?: { reason?: string; data?: JsonObject },
    actor?: Actor,
  ): Promise<Outcome>;
  /** Resolves after the commit that holds what was decided. */
  submit(request: Request): Promise<Outcome>;
  /** Room in the queue for all, or all are `overloaded`. Outcomes are in the order of the requests. */
  submitAll(requests: readonly Request[]): Promise<readonly Outcome[]>;
  /** What a request would do now. Changes nothing, and neither reads nor writes idempotency keys. */
  preview(request: Request): Promise<Outcome>;

  /** The order as committed; undefined if the tenant has none of that id. */
  get(tenant: number, orderId: string): Promise<LiveOrder | undefined>;
  /** The order as it was; undefined if there was none; a rejection if what it was has been erased. */
  getAt(tenant: number, orderId: string, moment: Moment): Promise<Order | Rejection | undefined>;
  /** Every event of the order's workflow: whether the actor could send it now, and why not. */
  actions(tenant: number, orderId: string, actor: Actor): Promise<readonly Action[] | undefined>;
  /** Why the order is where it is; undefined if the tenant has none of that id. */
  waiting(tenant: number, orderId: string): Promise<Waiting | undefined>;
  trail(query: TrailQuery): Promise<readonly RecordedEvent[]>;
  list(query: ListQuery): Promise<readonly Order[]>;
  count(filter: ListFilter): Promise<number>;
  feed(query: FeedQuery): Promise<FeedPage>;

  /** The number of a tenant, made at its first mention. */
  tenant(name: string): Promise<number>;
  /** A caller, with its number in the trail, made at its first mention. */
  actor(tenant: number, kind: ActorKind, name: string, roles: readonly string[]): Promise<Actor>;

  readonly workflows: Definitions;
  /** Open tasks, for operators and outside workers. Ends, retries and resolutions are commands: see {@link submit}. */
  readonly tasks: Tasks;
  readonly stock: Stock;
  /** Orders with a dead task, and settled ones that wait for review. */
  deadLetters(query: DeadLetterQuery): Promise<readonly LiveOrder[]>;
  /** What is late, stands still or is damaged, for a program that looks now and then. */
  readonly health: Health;
  /** Runs a call that is not about one order once for its key, and answers its repetitions with what it answered. */
  once<T extends JsonObject>(
    tenant: number,
    idempotency: Idempotency | undefined,
    call: () => Promise<T>,
  ): Promise<Once<T>>;
  /** Milliseconds since the epoch, by the clock that decides `at`. */
  now(): number;
  /** 64 hexadecimal characters, the same for all nodes of a database: signs cursors. */
  secret(): Promise<string>;
  /** Rejects if the store does not answer. */
  ping(): Promise<void>;
  /** Deletes up to `limit` expired idempotency keys; says how many it deleted. */
  expireKeys(limit: number): Promise<number>;
  /** Waits a while for running tasks, answers what was submitted, then closes the store. */
  close(): Promise<void>;
}

/**
 * Starts an engine on a store.
 * @example
 * const pawl = await createPawl({ store: createMemoryStore(), workflows: [retail] });
 * const created = await pawl.create({ workflow: 'retail', items: [{ sku: 'A-1', qty: 2, price: '9.99' }] });
 * if (created.ok) await pawl.fire(created.order.id, 'pay');
 * @throws {Error} if one of the workflows is broken, with its findings.
 */
export function createPawl(options: PawlOptions): Promise<Pawl> {
  return createPawlWith(options, new Map());
}

/** The same with handlers in the place of built-in ones, by task: for tests of what surrounds them. */
export async function createPawlWith(
  options: PawlOptions,
  replaced: ReadonlyMap<string, TaskHandler>,
): Promise<Pawl> {
  const { clock = systemClock, digest = systemDigest, random = createSystemRandom() } = options;
  const observe = harmless(options.observe);
  const observed = observeStore(options.store, clock, observe);
  const definitions = await loadDefinitions(observed, digest);
  const isShared = !observed.capabilities.exclusiveWriter;
  const store = isShared ? acquaintedStore(observed, definitions) : observed;
  for (const workflow of options.workflows ?? []) await deployOrThrow(definitions.deploy, workflow);
  const identities = createIdentities(store);
  const tenant = await identities.tenant(DEFAULT_TENANT);
  const program = await identities.actor(tenant, 'program', 'program', ['admin']);
  // Whatever can fail stands above: what begins to run below, nobody could end without what is returned.
  const history = createHistory(store, definitions);
  const ids = options.ids ?? createIds(random);
  const queues = queuesOf(options.subscriptions ?? {});
  const handlers = new Map([...handlersOf(options, clock), ...replaced]);
  const slotsMax = options.taskSlots ?? SLOTS_MAX;
  const leaseMs = options.leaseMs ?? LEASE_MS;
  // The engine hands tasks to the runner, which hands their ends to the engine.
  const desk: { current: WorkDesk } = { current: NO_DESK };
  const engine = new Engine({
    store,
    definitions,
    history,
    digest,
    clock,
    random,
    ids,
    observe,
    queues,
    desk: {
      reserve: (name) => desk.current.reserve(name),
      giveBack: (count) => desk.current.giveBack(count),
      committed: (order, unit, begun) => desk.current.committed(order, unit, begun),
    },
    idempotencyTtlMs: options.idempotencyTtlMs ?? IDEMPOTENCY_TTL_MS,
    queueMax: options.queueMax ?? QUEUE_MAX,
    cacheBytesMax: options.cacheBytesMax ?? CACHE_BYTES_MAX,
  });
  // Without places there is no runner at all: nothing that is told to this node can set one going.
  const runner =
    slotsMax > 0
      ? new TaskRunner({
          engine,
          store,
          definitions,
          clock,
          random,
          handlers,
          observe,
          slotsMax,
          leaseMs,
          pollMs: POLL_MS,
        })
      : null;
  if (runner !== null) {
    desk.current = runner;
    // Other nodes may deploy what has work, and leave some.
    if (isShared || definitions.all().some(({ compiled }) => hasWork(compiled))) runner.start();
  }
  const ending = new AbortController();
  const following = isShared ? followDeployments(definitions, clock, random, ending.signal) : undefined;
  const tasks = createTasks({
    engine,
    store,
    definitions,
    random,
    isOwn: (name) => handlers.has(name),
    wake: (at) => runner?.wake(at),
  });
  const get = async (owner: number, orderId: string): Promise<LiveOrder | undefined> =>
    (await store.load([{ tenant: owner, orderId }]))[0];
  const submit = async (request: Request): Promise<Outcome> => {
    const outcome = await engine.submit(request);
    return (outcome.ok ? undefined : await lateRepetition(request, outcome, store)) ?? outcome;
  };

  return {
    create: (order, actor = program) => engine.submit(createRequest(order, actor)),
    fire: (orderId, event, input, actor = program) =>
      engine.submit({ tenant: actor.tenant, orderId, actor, command: { kind: 'event', event, ...input } }),
    submit,
    submitAll: (requests) => engine.submitAll(requests),
    preview: (request) =>
      previewRequest(request, { store, definitions, digest, random, ids, queues, idempotencyTtlMs: 0 }),
    get,
    getAt: history.orderAt,
    async actions(owner, orderId, actor) {
      const order = await get(owner, orderId);
      if (order === undefined) return undefined;
      return actionsOf(order, actor, definitions.byHash(order.workflowHash), store.now());
    },
    async waiting(owner, orderId) {
      const order = await get(owner, orderId);
      if (order === undefined) return undefined;
      const { compiled } = definitions.byHash(order.workflowHash);
      return { order, waitsFor: waitsFor(order, compiled, store.now()) };
    },
    tasks,
    stock: createStock({ store, engine, ids }),
    deadLetters: (query) => store.deadLetters(query),
    health: createHealth({ store, digest, pending: () => engine.pending }),
    once: (owner, idempotency, call) => engine.answers.once(owner, idempotency, call),
    trail: (query) => store.trail(query),
    list: (query) => store.list(query),
    count: (filter) => store.count(filter),
    feed: (query) => store.feed(query),
    tenant: identities.tenant,
    actor: identities.actor,
    workflows: definitions,
    now: () => store.now(),
    secret: () => store.secret(),
    ping: () => store.ping(),
    expireKeys: (limit) => store.expireKeys(limit),
    async close() {
      engine.close();
      ending.abort();
      await following;
      await runner?.stop(options.taskGraceMs ?? TASK_GRACE_MS);
      await engine.drain();
      await store.close();
    },
  };
}

/** Why an order is where it is. */
export interface Waiting {
  readonly order: LiveOrder;
  readonly waitsFor: readonly WaitReason[];
}

/** A lost answer is asked for again: the end of a task that its holder has told before is no refusal. */
async function lateRepetition(
  request: Request,
  { rejection }: Refused,
  store: Store,
): Promise<Outcome | undefined> {
  const { command } = request;
  if (
    command.kind !== 'end-task' ||
    !(rejection.code === 'lease-lost' || rejection.code === 'task-not-found')
  ) {
    return undefined;
  }
  return repeatedEnd({ ...request, command }, store);
}

function handlersOf(options: PawlOptions, clock: Clock): ReadonlyMap<string, TaskHandler> {
  const gateway =
    options.gateway ?? createSimulatedGateway({ sleep: (ms, signal) => clock.sleep(ms, signal) });
  const handlers = new Map(builtInHandlers({ gateway, http: options.http }));
  for (const [name, handler] of Object.entries(options.tasks ?? {})) {
    if (BUILT_IN_TASKS.has(name)) throw new TypeError(`${name} is built in: declare a task of another name`);
    handlers.set(name, handler);
  }
  return handlers;
}

function queuesOf(
  subscriptions: Readonly<Record<string, readonly string[]>>,
): (topic: string) => readonly string[] {
  const queues = new Map(
    Object.entries(subscriptions).map(([topic, names]) => [topic, [...new Set(names)].sort()]),
  );
  return (topic) => queues.get(topic) ?? [];
}

/** Whether orders of a definition can have anything under way. */
function hasWork({ states }: CompiledWorkflow): boolean {
  return [...states.values()].some(
    ({ run, timers, on }) =>
      run !== null || timers.length > 0 || [...on.values()].flat().some(({ work }) => work !== null),
  );
}

/** A broken observer must not fail the commands that it observes. */
function harmless(observe: Observe | undefined): Observe {
  return (observation) => {
    try {
      observe?.(observation);
    } catch {
      // It was told; what it makes of it is its own affair.
    }
  };
}

function createRequest(order: NewOrder, actor: Actor): Request {
  const { workflow, items, currency = 'USD', customerId = null, externalId = null, metadata = {} } = order;
  return {
    tenant: actor.tenant,
    actor,
    workflow,
    command: { kind: 'create', items, currency, customerId, externalId, metadata },
  };
}

async function deployOrThrow(
  deploy: (tenant: number, definition: unknown, options: { unlessEver: boolean }) => Promise<DeployResult>,
  workflow: WorkflowDefinition,
): Promise<void> {
  const result = await deploy(SHARED_TENANT, workflow, { unlessEver: true });
  if (result.ok) return;
  const lines = result.findings.map(({ place, code, detail }) => `${place} ${code}: ${detail}`);
  throw new Error(`the workflow ${workflow.name} cannot be deployed:\n${lines.join('\n')}`);
}
