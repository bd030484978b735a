import { describe, expect, it } from 'vitest';
import type { Order } from '../../order/order.ts';
import type { LiveOrder } from '../../order/work.ts';
import type { FeedEvent, ListFilter, ListQuery } from '../../ports/store.ts';
import { creation, edition, step } from './samples.ts';
import { committed, type StoreUnderTest } from './subject.ts';

const PAGE = { tenant: 1, direction: 'desc', after: null, offset: 0, limit: 20 } as const;

export function exerciseReads(subject: StoreUnderTest): void {
  const idsOf = async (query: Partial<ListQuery>): Promise<string[]> =>
    (await subject.store.list({ ...PAGE, ...query })).map(({ id }) => id);

  describe('trail', () => {
    it('pages through a long history in both directions', async () => {
      const { store } = subject;
      const unit = creation();
      await store.commit([unit]);
      let { order } = unit;
      for (let round = 0; round < 5; round++) {
        const moved = step(order, `S${round}`, 20);
        await store.commit([moved]);
        order = moved.order;
      }
      const versions = async (direction: 'asc' | 'desc', after: number | null): Promise<number[]> =>
        (await store.trail({ tenant: 1, orderId: order.id, direction, after, limit: 40 })).map(
          ({ head }) => head.version,
        );
      expect(await versions('asc', null)).toEqual(range(1, 40));
      expect(await versions('asc', 80)).toEqual(range(81, 101));
      expect(await versions('asc', 101)).toEqual([]);
      expect(await versions('desc', null)).toEqual(range(62, 101).reverse());
      expect(await versions('desc', 22)).toEqual(range(1, 21).reverse());
      expect(await versions('desc', 1)).toEqual([]);
      expect(await versions('asc', 102)).toEqual([]);
      for (const before of [0, -1, -50]) {
        expect(await versions('asc', before)).toEqual(range(1, 40));
        expect(await versions('desc', before)).toEqual([]);
      }
      for (const beyond of [102, 103, 150, 1_000]) {
        expect(await versions('desc', beyond)).toEqual(range(62, 101).reverse());
      }
    });
  });

  describe('list', () => {
    it('goes by creation, in both directions, from a cursor and by offset', async () => {
      const units = Array.from({ length: 30 }, (_, index) => creation({ at: 1_700_000_000_000 + index }));
      await subject.store.commit([...units].reverse());
      const ids = units.map(({ orderId }) => orderId);
      expect(await idsOf({ direction: 'asc' })).toEqual(ids.slice(0, 20));
      expect(await idsOf({ direction: 'asc', after: ids[19] as string })).toEqual(ids.slice(20));
      expect(await idsOf({})).toEqual([...ids].reverse().slice(0, 20));
      expect(await idsOf({ after: ids[5] as string })).toEqual(ids.slice(0, 5).reverse());
      expect(await idsOf({ offset: 25 })).toEqual(ids.slice(0, 5).reverse());
      expect(await idsOf({ offset: 100 })).toEqual([]);
    });

    it('finds by every filter and every pair of filters what a scan would find', async () => {
      const orders = await seed(subject);
      const values: { [K in keyof ListFilter]?: ListFilter[K][] } = {
        workflow: ['retail', 'checkout', 'none'],
        status: ['OPEN', 'PAID', 'NOWHERE'],
        customerId: ['c-1', 'c-3', 'c-9'],
        externalId: ['x-4', 'x-99'],
        createdAfter: [1_700_000_000_010],
        createdBefore: [1_700_000_000_025],
      };
      const names = Object.keys(values) as (keyof ListFilter)[];
      for (const one of names) {
        for (const other of names) {
          for (const a of values[one] ?? []) {
            for (const b of values[other] ?? []) {
              const filter = { [one]: a, [other]: b };
              if (one === other && a !== b) continue;
              const expected = orders.filter((order) => fits(order, filter)).map(({ id }) => id);
              expect(
                await idsOf({ ...filter, direction: 'asc', limit: 100 }),
                JSON.stringify(filter),
              ).toEqual(expected);
              expect(await idsOf({ ...filter, limit: 3 })).toEqual([...expected].reverse().slice(0, 3));
              expect(await subject.store.count({ tenant: 1, ...filter })).toBe(expected.length);
            }
          }
        }
      }
    });

    it('shows every commit that was answered before, at once', async () => {
      const { store } = subject;
      const unit = creation();
      await store.commit([unit]);
      let { order } = unit;
      for (let round = 0; round < 30; round++) {
        const status = `S${round % 3}`;
        const moved = step(order, status);
        await store.commit([moved]);
        order = moved.order;
        expect(await store.list({ ...PAGE, status })).toEqual([plain(order)]);
        expect(await idsOf({ status: `S${(round + 2) % 3}` })).toEqual([]);
      }
    });
  });

  describe('feed', () => {
    it('gives every event of a tenant once, in order within each order, and a place to continue', async () => {
      const { store } = subject;
      const orders = await seed(subject);
      await store.commit([creation({ tenant: 2 })]);
      const events: FeedEvent[] = [];
      let after = 0;
      for (;;) {
        const page = await store.feed({ tenant: 1, after, limit: 7 });
        events.push(...page.events);
        expect(page.next).toBeGreaterThanOrEqual(after);
        if (page.next === after) break;
        after = page.next;
      }
      expect(events).toHaveLength(orders.reduce((sum, { version }) => sum + version, 0));
      const next = new Map<string, number>();
      for (const { head, position } of events) {
        const expected = (next.get(head.orderId) ?? 0) + 1;
        expect(head.version, `at ${position}`).toBe(expected);
        next.set(head.orderId, expected);
      }
      const [order] = orders;
      const first = events.find(({ head }) => head.orderId === order?.id);
      expect(first).toMatchObject({
        workflow: order?.workflow,
        customerId: order?.customerId,
        externalId: order?.externalId,
      });
      expect((await store.feed({ tenant: 3, after: 0, limit: 10 })).events).toEqual([]);
    });

    it('loses nothing among large commits and the events of others', async () => {
      const { store } = subject;
      const size = store.capabilities.unitsPerCommitMax;
      const rare = creation({ tenant: 2 });
      let before = 0;
      for (; before < 1_500; before += size)
        await store.commit(Array.from({ length: size }, () => creation()));
      await store.commit([rare]);
      await store.commit(Array.from({ length: size }, () => creation()));
      const { events } = await store.feed({ tenant: 2, after: 0, limit: 10 });
      expect(events.map(({ head }) => head.orderId)).toEqual([rare.orderId]);
      const orders = new Set<string>();
      for (let after = 0; ; ) {
        const page = await store.feed({ tenant: 1, after, limit: before + size });
        if (page.events.length === 0) break;
        for (const { head } of page.events) orders.add(head.orderId);
        after = page.next;
      }
      expect(orders.size).toBe(before + size);
    });
  });
}

/** Thirty orders of two workflows, in three states, some edited. In the order of creation. */
async function seed({ store }: StoreUnderTest): Promise<Order[]> {
  const orders: Order[] = [];
  for (let index = 0; index < 30; index++) {
    const unit = creation({
      at: 1_700_000_000_000 + index,
      workflow: index % 2 === 0 ? 'retail' : 'checkout',
      customerId: index % 4 === 0 ? null : `c-${index % 4}`,
      externalId: index % 3 === 0 ? null : `x-${index}`,
    });
    await store.commit([unit]);
    let { order } = unit;
    if (index % 5 === 0)
      order = await committed(store, edition(order, 'c-9', [{ sku: 'B', qty: 1, price: '1.00' }]));
    if (index % 3 !== 0) order = await committed(store, step(order, index % 3 === 1 ? 'PAID' : 'DONE', 2));
    orders.push(order);
  }
  return orders;
}

/** As a list shows it. */
function plain({ work: _work, ...order }: LiveOrder): Order {
  return order;
}

function fits(order: Order, filter: Partial<ListFilter>): boolean {
  const { createdAfter = 0, createdBefore = Number.POSITIVE_INFINITY, ...equal } = filter;
  const same = Object.entries(equal).every(([name, value]) => order[name as keyof Order] === value);
  return same && order.createdAt > createdAfter && order.createdAt < createdBefore;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
