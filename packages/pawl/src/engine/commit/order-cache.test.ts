import { describe, expect, it } from 'vitest';
import { type LiveOrder, NO_WORK } from '../../order/work.ts';
import { OrderCache } from './order-cache.ts';

const order = (id: string, bytes = 0, version = 1): LiveOrder => {
  const metadata = bytes === 0 ? {} : { text: 'x'.repeat(bytes) };
  return { id, version, items: [], metadata, work: NO_WORK } as unknown as LiveOrder;
};

const kept = (cache: OrderCache, ids: string): string =>
  [...ids].filter((id) => cache.get(id) !== undefined).join('');

describe('the cache of orders', () => {
  it('drops what was not asked for while half of its bytes were filled anew', () => {
    const cache = new OrderCache(5_700);
    for (const id of 'abcd') cache.set(id, order(id));
    cache.set('e', order('e'));
    cache.get('a');
    for (const id of 'fgh') cache.set(id, order(id));
    expect(kept(cache, 'bcd')).toBe('');
    expect(kept(cache, 'aefgh')).toBe('aefgh');
  });

  it('never holds more than its bytes, whatever is set, asked for and deleted', () => {
    const cache = new OrderCache(7_000);
    const ids = Array.from({ length: 500 }, (_, n) => String.fromCharCode(0x4e00 + (n % 97))).join('');
    for (const [n, id] of [...ids].entries()) {
      cache.set(id, order(id, (n * 37) % 900));
      cache.get(ids[(n * 7) % ids.length] ?? '');
      if (n % 5 === 0) cache.delete(ids[(n * 3) % ids.length] ?? '');
    }
    expect(new Set(kept(cache, ids)).size).toBeLessThanOrEqual(10);
    expect(new Set(kept(cache, ids)).size).toBeGreaterThan(2);
  });

  it('gives the newest row, and none after it was deleted', () => {
    const cache = new OrderCache(3_000);
    const first = order('a');
    cache.set('a', first);
    cache.set('b', order('b'));
    cache.set('c', order('c'));
    cache.set('a', { ...first, version: 2 });
    expect(cache.get('a')?.version).toBe(2);
    cache.delete('a');
    expect(cache.get('a')).toBeUndefined();
  });

  it('keeps nothing that is larger than half of it', () => {
    const cache = new OrderCache(3_000);
    cache.set('a', order('a'));
    cache.set('a', order('a', 3_000));
    expect(cache.get('a')).toBeUndefined();
  });

  it('counts what is under way for an order, also where its own fields stay', () => {
    const cache = new OrderCache(8_500);
    const first = order('a');
    cache.set('a', first);
    const effect = { state: 'A', event: null, branch: 0, position: 0, id: 'e', data: {} };
    cache.set('a', { ...first, work: { ...NO_WORK, effects: Array(3).fill(effect) } });
    expect(kept(cache, 'a')).toBe('a');
    cache.set('a', { ...first, work: { ...NO_WORK, effects: Array(5).fill(effect) } });
    expect(kept(cache, 'a')).toBe('');
  });

  it('counts long texts, also where only they change', () => {
    const cache = new OrderCache(3_000);
    const first = { ...order('a'), items: [{ sku: 'S', qty: 1, price: '1.00' }] } as unknown as LiveOrder;
    cache.set('a', first);
    expect(kept(cache, 'a')).toBe('a');
    cache.set('a', { ...first, customerId: 'c'.repeat(800) });
    expect(kept(cache, 'a')).toBe('');
    cache.set('a', { ...first, externalId: 'e'.repeat(800) });
    expect(kept(cache, 'a')).toBe('');
    cache.set('a', {
      ...first,
      items: [{ sku: 'S'.repeat(800), qty: 1, price: '1.00' }],
    } as unknown as LiveOrder);
    expect(kept(cache, 'a')).toBe('');
  });
});
