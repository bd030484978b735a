import { expect } from 'vitest';
import type { LiveOrder } from '../../order/work.ts';
import type { Store, Unit } from '../../ports/store.ts';

/** What the parts of the suite work on. The store is new for each test. */
export interface StoreUnderTest {
  store: Store;
  /** Milliseconds since the test began, by the store's clock, which stands still in between. */
  skewMs: number;
  reopen: (() => Promise<void>) | null;
}

/** Commits a unit that nothing stands against, and gives the order as it leaves it. */
export async function committed(
  store: Store,
  unit: Unit & { readonly order: LiveOrder },
): Promise<LiveOrder> {
  expect(await store.commit([unit])).toEqual([{ kind: 'committed' }]);
  return unit.order;
}

/** The order as the store has it. */
export async function loaded(store: Store, { tenant, id }: LiveOrder): Promise<LiveOrder> {
  const [order] = await store.load([{ tenant, orderId: id }]);
  if (order === undefined) throw new Error(`${id} is not there`);
  return order;
}

/** More pages than any test fills: a store that goes on for ever fails instead of hanging. */
const PAGES_MAX = 100;

/** Everything, page by page, from the last one of each page on. */
export async function allPages<T>(read: (last: T | undefined) => Promise<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const page = await read(all.at(-1));
    if (page.length === 0) return all;
    all.push(...page);
  }
  throw new Error('the pages have no end');
}
