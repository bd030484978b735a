import { afterEach, describe, expect, test } from 'vitest';
import {
  type Behaviour,
  json,
  type MisbehavingServer,
  order,
  startMisbehaving,
} from '../test/misbehaving-server.ts';
import { createClient } from './index.ts';

let server: MisbehavingServer | undefined;

afterEach(() => server?.close());

async function clientOf(...behaviours: readonly Behaviour[]) {
  server = await startMisbehaving(...behaviours);
  return createClient({ baseUrl: `${server.baseUrl}/shop/`, apiKey: 'secret' });
}

const urls = () => (server?.received ?? []).map(({ url }) => url);

async function collect<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

describe('a call', () => {
  test('goes below the base URL, with the key, its parts encoded', async () => {
    const pawl = await clientOf(order());
    await pawl.getOrder('a/../b', { version: 2 });
    expect(urls()).toEqual(['/shop/orders/a%2F..%2Fb?version=2']);
    expect(server?.header('authorization')).toEqual(['Bearer secret']);
  });

  test('names a moment in UTC', async () => {
    const pawl = await clientOf(order());
    await pawl.getOrder('ord_1', { at: new Date(0) });
    expect(urls()).toEqual(['/shop/orders/ord_1?at=1970-01-01T00%3A00%3A00.000Z']);
  });

  test('sends an event with what goes with it', async () => {
    const pawl = await clientOf(order(2, 'PAID'));
    await pawl.send('ord_1', 'pay', { reason: 'by phone', data: { cents: 5 }, ifMatch: '"1"' });
    expect(server?.received[0]).toMatchObject({ method: 'POST', url: '/shop/orders/ord_1/pay' });
    expect(JSON.parse(server?.received[0]?.body ?? '')).toEqual({ reason: 'by phone', data: { cents: 5 } });
    expect(server?.header('if-match')).toEqual(['"1"']);
  });
});

describe('a list', () => {
  test('is read page by page, with its filters, while it is consumed', async () => {
    const pawl = await clientOf(
      json(200, { data: [{ version: 1 }, { version: 2 }], next_cursor: 'c1' }),
      json(200, { data: [], next_cursor: 'c2' }),
      json(200, { data: [{ version: 3 }], next_cursor: null }),
    );
    const orders = pawl.iterateOrders({ status: 'PAID', offset: 5 });
    expect(urls()).toEqual([]);
    expect((await collect(orders)).map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(urls()).toEqual([
      '/shop/orders?status=PAID&offset=5',
      '/shop/orders?status=PAID&cursor=c1',
      '/shop/orders?status=PAID&cursor=c2',
    ]);
  });
});

describe('the feed', () => {
  test('ends at its end, and says where to go on', async () => {
    const pawl = await clientOf(
      json(200, { data: [{ id: 'a:1' }, { id: 'a:2' }], next_cursor: 'c2' }),
      json(200, { data: [], next_cursor: 'c2' }),
    );
    const entries = await collect(pawl.events({ after: 'c0' }));
    expect(entries.map(({ event, cursor }) => [event.id, cursor])).toEqual([
      ['a:1', 'c0'],
      ['a:2', 'c2'],
    ]);
    expect(urls()).toEqual(['/shop/events?after=c0&limit=100', '/shop/events?after=c2&limit=100']);
  });

  test('goes on looking where it follows, until it is aborted', async () => {
    const pawl = await clientOf(
      json(200, { data: [], next_cursor: 'c0' }),
      json(200, { data: [{ id: 'a:1' }], next_cursor: 'c1' }),
    );
    const controller = new AbortController();
    const followed = pawl.events({ follow: true, followMs: 1, signal: controller.signal });
    for await (const { event } of followed) {
      expect(event.id).toBe('a:1');
      break;
    }
    controller.abort(new Error('enough'));
    await expect(collect(pawl.events({ signal: controller.signal }))).rejects.toThrow('enough');
  });
});

test.each(['localhost', 'localhost:8000', 'file:///tmp'])('the base URL %s is refused at once', (baseUrl) => {
  expect(() => createClient({ baseUrl })).toThrow(TypeError);
});
