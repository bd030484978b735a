import { describe, expect, it } from 'vitest';
import type { Order } from '../../order/order.ts';
import { OrderCache } from './order-cache.ts';

const order = (id: string, bytes = 0): Order =>
  ({ id, items: [], metadata: bytes === 0 ? {} : { text: 'x'.repeat(bytes) } }) as unknown as Order;

describe('the cache of orders', () => {
  it('drops the least recently used ones beyond its bytes', () => {
    const cache = new OrderCache(5_000);
    for (const id of ['a', 'b', 'c', 'd']) cache.set(id, order(id));
    cache.get('a');
    cache.set('e', order('e', 1_000));
    const kept = ['a', 'b', 'c', 'd', 'e'].filter((id) => cache.get(id) !== undefined);
    expect(kept).toEqual(['a', 'd', 'e']);
  });

  it('has room again for what was deleted or became smaller', () => {
    const cache = new OrderCache(3_500);
    cache.set('a', order('a', 2_000));
    cache.set('a', order('a'));
    cache.set('b', order('b'));
    cache.set('c', order('c'));
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).not.toContain(undefined);
    cache.delete('a');
    cache.set('d', order('d'));
    expect([cache.get('b'), cache.get('c'), cache.get('d')]).not.toContain(undefined);
  });

  it('keeps nothing that is larger than itself', () => {
    const cache = new OrderCache(500);
    cache.set('a', order('a'));
    expect(cache.get('a')).toBeUndefined();
  });
});
