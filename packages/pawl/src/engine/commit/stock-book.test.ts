import { describe, expect, it } from 'vitest';
import type { StockEntry } from '../../order/stock.ts';
import type { Store } from '../../ports/store.ts';
import { createMemoryStore } from '../../storage/memory/index.ts';
import { altered } from '../../testing/trial.ts';
import { StockBook } from './stock-book.ts';

/** A store with 10 pieces of A and 5 of B; counts what is read of it. */
async function stocked(): Promise<{ book: StockBook; store: Store; reads: string[][] }> {
  const memory = createMemoryStore();
  const change = { tenant: 1, kind: 'set', reason: null, actor: 0, key: null } as const;
  await memory.changeStock({ ...change, sku: 'A', value: 10, commandId: 'c1' });
  await memory.changeStock({ ...change, sku: 'B', value: 5, commandId: 'c2' });
  const reads: string[][] = [];
  const store = altered(memory, {
    loadStock: (keys) => {
      reads.push(keys.map(({ sku }) => sku));
      return memory.loadStock(keys);
    },
  });
  return { book: new StockBook(store), store: memory, reads };
}

const entry = (kind: StockEntry['kind'], sku: string, qty: number) =>
  ({ kind, sku, qty, effectKey: 'k' }) as StockEntry;

describe('the book of stock', () => {
  it('reads each SKU once, together, and again only where asked', async () => {
    const { book, reads } = await stocked();
    await book.read(1, ['A', 'B', 'A', 'C'], false);
    await book.read(1, ['A', 'B', 'C'], false);
    await book.read(1, ['A'], true);
    expect(reads).toEqual([['A', 'B', 'C'], ['A']]);
    expect(['A', 'B', 'C', 'D'].map((sku) => book.available(1, sku))).toEqual([10, 5, 0, 0]);
  });

  it('tells tenants apart', async () => {
    const { book } = await stocked();
    await book.read(1, ['A'], false);
    await book.read(2, ['A'], false);
    expect([book.available(1, 'A'), book.available(2, 'A')]).toEqual([10, 0]);
  });

  it('counts what units on their way take and give back, and forgets it of those that were not written', async () => {
    const { book } = await stocked();
    await book.read(1, ['A', 'B'], false);
    const taken = [
      entry('enough', 'A', 3),
      entry('reserve', 'A', 3),
      entry('release', 'B', 2),
      entry('short', 'B', 9),
      entry('ship', 'A', 1),
    ];
    book.move(1, taken, 1);
    expect([book.available(1, 'A'), book.available(1, 'B')]).toEqual([7, 7]);
    book.move(1, taken, -1);
    expect([book.available(1, 'A'), book.available(1, 'B')]).toEqual([10, 5]);
  });

  it('invents nothing of a SKU that it has not read', async () => {
    const { book } = await stocked();
    book.move(1, [entry('release', 'A', 3)], 1);
    expect(book.available(1, 'A')).toBe(0);
    await book.read(1, ['A'], false);
    expect(book.available(1, 'A')).toBe(10);
  });

  it('believes the store, and reads anew what it was told to forget', async () => {
    const { book, store } = await stocked();
    await book.read(1, ['A'], false);
    book.correct(1, [{ sku: 'A', onHand: 10, reserved: 8, version: 2 }]);
    expect(book.available(1, 'A')).toBe(2);
    const change = {
      tenant: 1,
      sku: 'A',
      kind: 'adjust',
      value: 5,
      reason: null,
      actor: 0,
      key: null,
    } as const;
    await store.changeStock({ ...change, commandId: 'c3' });
    book.forget(1, 'A');
    await book.read(1, ['A'], false);
    expect(book.available(1, 'A')).toBe(15);
  });
});
