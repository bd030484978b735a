import { createIdentities } from './engine/actors.ts';
import { type Definitions, type DeployResult, loadDefinitions, SHARED_TENANT } from './engine/definitions.ts';
import { CACHE_BYTES_MAX, Engine, QUEUE_MAX } from './engine/engine.ts';
import { createHistory, type Moment } from './engine/history.ts';
import { observeStore } from './engine/observed-store.ts';
import { previewRequest } from './engine/preview.ts';
import type { Outcome, Request } from './engine/request.ts';
import { type Action, actionsOf } from './order/actions.ts';
import type { Actor, ActorKind, ItemInput } from './order/command.ts';
import type { Digest } from './order/digest.ts';
import type { JsonObject, Order } from './order/order.ts';
import type { Rejection } from './order/rejection.ts';
import type { Clock } from './ports/clock.ts';
import type { Observe } from './ports/observe.ts';
import type { Ids, Random } from './ports/random.ts';
import type {
  FeedPage,
  FeedQuery,
  ListFilter,
  ListQuery,
  RecordedEvent,
  Store,
  TrailQuery,
} from './ports/store.ts';
import { createIds, createSystemRandom, systemClock, systemDigest } from './ports/system.ts';
import type { WorkflowDefinition } from './workflow/definition.ts';

/** How long an idempotency key is remembered unless told otherwise: a day. */
const IDEMPOTENCY_TTL_MS = 86_400_000;

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
  get(tenant: number, orderId: string): Promise<Order | undefined>;
  /** The order as it was; undefined if there was none; a rejection if what it was has been erased. */
  getAt(tenant: number, orderId: string, moment: Moment): Promise<Order | Rejection | undefined>;
  /** Every event of the order's workflow: whether the actor could send it now, and why not. */
  actions(tenant: number, orderId: string, actor: Actor): Promise<readonly Action[] | undefined>;
  trail(query: TrailQuery): Promise<readonly RecordedEvent[]>;
  list(query: ListQuery): Promise<readonly Order[]>;
  count(filter: ListFilter): Promise<number>;
  feed(query: FeedQuery): Promise<FeedPage>;

  /** The number of a tenant, made at its first mention. */
  tenant(name: string): Promise<number>;
  /** A caller, with its number in the trail, made at its first mention. */
  actor(tenant: number, kind: ActorKind, name: string, roles: readonly string[]): Promise<Actor>;

  readonly workflows: Definitions;
  /** Milliseconds since the epoch, by the clock that decides `at`. */
  now(): number;
  /** 64 hexadecimal characters, the same for all nodes of a database: signs cursors. */
  secret(): Promise<string>;
  /** Rejects if the store does not answer. */
  ping(): Promise<void>;
  /** Deletes up to `limit` expired idempotency keys; says how many it deleted. */
  expireKeys(limit: number): Promise<number>;
  /** Answers what was submitted, then closes the store. */
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
export async function createPawl(options: PawlOptions): Promise<Pawl> {
  const { clock = systemClock, digest = systemDigest, random = createSystemRandom() } = options;
  const observe = harmless(options.observe);
  const store = observeStore(options.store, clock, observe);
  const definitions = await loadDefinitions(store, digest);
  for (const workflow of options.workflows ?? []) await deployOrThrow(definitions.deploy, workflow);
  const history = createHistory(store, definitions);
  const ids = options.ids ?? createIds(random);
  const engine = new Engine({
    store,
    definitions,
    history,
    digest,
    random,
    ids,
    observe,
    idempotencyTtlMs: options.idempotencyTtlMs ?? IDEMPOTENCY_TTL_MS,
    queueMax: options.queueMax ?? QUEUE_MAX,
    cacheBytesMax: options.cacheBytesMax ?? CACHE_BYTES_MAX,
  });
  const identities = createIdentities(store);
  const tenant = await identities.tenant(DEFAULT_TENANT);
  const program = await identities.actor(tenant, 'program', 'program', ['admin']);
  const get = async (owner: number, orderId: string): Promise<Order | undefined> =>
    (await store.load([{ tenant: owner, orderId }]))[0];

  return {
    create: (order, actor = program) => engine.submit(createRequest(order, actor)),
    fire: (orderId, event, input, actor = program) =>
      engine.submit({ tenant: actor.tenant, orderId, actor, command: { kind: 'event', event, ...input } }),
    submit: (request) => engine.submit(request),
    submitAll: (requests) => engine.submitAll(requests),
    preview: (request) =>
      previewRequest(request, { store, definitions, digest, random, ids, idempotencyTtlMs: 0 }),
    get,
    getAt: history.orderAt,
    async actions(owner, orderId, actor) {
      const order = await get(owner, orderId);
      if (order === undefined) return undefined;
      return actionsOf(order, actor, definitions.byHash(order.workflowHash), store.now());
    },
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
      await engine.drain();
      await store.close();
    },
  };
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
