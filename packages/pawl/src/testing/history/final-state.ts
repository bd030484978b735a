import type { StockBalance } from '../../order/stock.ts';
import type { LiveOrder } from '../../order/work.ts';
import type {
  FeedEvent,
  OpenTask,
  OrderKey,
  RecordedEvent,
  RecordedMovement,
  Store,
  StoredDefinition,
} from '../../ports/store.ts';

/** All that a database holds, read through its port: so every store can be checked. */
export interface FinalState {
  readonly definitions: readonly StoredDefinition[];
  readonly orders: readonly FinalOrder[];
  readonly stock: readonly FinalStock[];
  /** By tenant, in feed order. */
  readonly feeds: ReadonlyMap<number, readonly FeedEvent[]>;
  readonly tasks: readonly OpenTask[];
  /** By the clock of the store. */
  readonly now: number;
}

export interface FinalOrder {
  readonly order: LiveOrder;
  /** Whole, oldest first. */
  readonly trail: readonly RecordedEvent[];
}

export interface FinalStock {
  readonly tenant: number;
  readonly balance: StockBalance;
  /** Whole, newest first. */
  readonly movements: readonly RecordedMovement[];
}

/** Rows read at once: one read stays short, also of a database that others use. */
const PAGE = 500;

/** Reads everything. Nothing must be written meanwhile. */
export async function readFinalState(store: Store, tenants: readonly number[]): Promise<FinalState> {
  const orders: FinalOrder[] = [];
  const stock: FinalStock[] = [];
  const tasks: OpenTask[] = [];
  const feeds = new Map<number, readonly FeedEvent[]>();
  for (const tenant of tenants) {
    for (const { id } of await everyOrder(store, tenant))
      orders.push(await readOrder(store, { tenant, orderId: id }));
    for (const balance of await everyBalance(store, tenant)) {
      stock.push({ tenant, balance, movements: await everyMovement(store, tenant, balance.sku) });
    }
    tasks.push(...(await everyTask(store, tenant)));
    feeds.set(tenant, await wholeFeed(store, tenant));
  }
  return { definitions: await store.definitions(0), orders, stock, feeds, tasks, now: store.now() };
}

async function readOrder(store: Store, key: OrderKey): Promise<FinalOrder> {
  const [order] = await store.load([key]);
  if (order === undefined) throw new Error(`${key.orderId} is listed and cannot be loaded`);
  const trail = await paged((last: RecordedEvent | undefined) =>
    store.trail({ ...key, direction: 'asc', after: last?.head.version ?? null, limit: PAGE }),
  );
  return { order, trail };
}

function everyOrder(store: Store, tenant: number) {
  const page = { tenant, direction: 'asc', offset: 0, limit: PAGE } as const;
  return paged((last: { readonly id: string } | undefined) =>
    store.list({ ...page, after: last?.id ?? null }),
  );
}

function everyBalance(store: Store, tenant: number) {
  return paged((last: StockBalance | undefined) =>
    store.listStock({ tenant, after: last?.sku ?? null, limit: PAGE }),
  );
}

function everyMovement(store: Store, tenant: number, sku: string) {
  return paged((last: RecordedMovement | undefined) =>
    store.movements({ tenant, sku, before: last?.position ?? null, limit: PAGE }),
  );
}

function everyTask(store: Store, tenant: number) {
  return paged((last: OpenTask | undefined) => store.listTasks({ tenant, after: last ?? null, limit: PAGE }));
}

function wholeFeed(store: Store, tenant: number): Promise<readonly FeedEvent[]> {
  return paged(async (last: FeedEvent | undefined) => {
    const { events } = await store.feed({ tenant, after: last?.position ?? 0, limit: PAGE });
    return events;
  });
}

/** More pages than any run fills: of a damaged database a page may be followed by itself. */
const PAGES_MAX = 2_000;

async function paged<T>(read: (last: T | undefined) => Promise<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = [];
  for (let pages = 0; ; pages++) {
    const page = await read(all.at(-1));
    if (page.length === 0 || pages === PAGES_MAX) return all;
    all.push(...page);
  }
}
