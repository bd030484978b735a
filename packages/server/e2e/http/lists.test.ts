import { describe, expect, test } from 'vitest';
import { type Harness, ITEM, startServer } from './harness.ts';

async function serverWithOrders(count: number): Promise<{ server: Harness; ids: string[] }> {
  const server = await startServer();
  const ids: string[] = [];
  for (let at = 0; at < count; at++) {
    const body = { items: [ITEM], customer_id: at % 2 === 0 ? 'even' : 'odd', external_id: `e-${at}` };
    ids.push((await server.call('POST', '/orders', { body })).body.order_id);
  }
  return { server, ids };
}

const idsOf = (page: { data: { order_id: string }[] }) => page.data.map((order) => order.order_id);

async function walk(server: Harness, path: string): Promise<string[]> {
  const found: string[] = [];
  let next: string | null = path;
  while (next !== null) {
    const { status, body, headers } = await server.call('GET', next);
    expect(status).toBe(200);
    found.push(...idsOf(body));
    const link = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '');
    expect(link !== null).toBe(body.next_cursor !== null);
    next = link?.[1] ?? null;
  }
  return found;
}

describe('a list of orders', () => {
  test('is walked by its links, newest first, keeping the filters (R1.02)', async () => {
    const { server, ids } = await serverWithOrders(7);
    expect(await walk(server, '/orders?limit=2')).toEqual([...ids].reverse());
    expect(await walk(server, '/orders?limit=3&order=asc')).toEqual(ids);
    expect(await walk(server, '/orders?limit=1&customer_id=odd&order=asc')).toEqual([ids[1], ids[3], ids[5]]);
    expect(await walk(server, '/orders?external_id=e-4')).toEqual([ids[4]]);
    expect(await walk(server, '/orders?status=PAID')).toEqual([]);
    expect(await walk(server, '/orders?workflow=retail&limit=100&offset=5&order=asc')).toEqual(ids.slice(5));
  });

  test('says how many there are only when asked', async () => {
    const { server } = await serverWithOrders(3);
    expect((await server.call('GET', '/orders?limit=1')).body).not.toHaveProperty('total');
    expect((await server.call('GET', '/orders?limit=1&count=true&customer_id=even')).body.total).toBe(2);
  });

  test('shows the caller’s own last write', async () => {
    const { server, ids } = await serverWithOrders(1);
    await server.call('POST', `/orders/${ids[0]}/pay`);
    expect((await server.call('GET', '/orders?status=PAID')).body.data[0].version).toBe(2);
  });

  test('can be cut by the time of creation', async () => {
    const { server, ids } = await serverWithOrders(2);
    const { created_at } = (await server.call('GET', `/orders/${ids[1]}`)).body;
    expect(idsOf((await server.call('GET', `/orders?created_after=${created_at}`)).body)).toEqual([]);
    expect((await server.call('GET', '/orders?created_before=2001-01-01T00:00:00Z')).body.data).toEqual([]);
    expect(
      (await server.call('GET', '/orders?created_after=2001-01-01T00:00:00%2B01:00')).body.data,
    ).toHaveLength(2);
  });

  test('takes a cursor of its own only', async () => {
    const { server } = await serverWithOrders(3);
    const { next_cursor: cursor } = (await server.call('GET', '/orders?limit=1')).body;
    const refused = async (query: string) => {
      const answer = await server.call('GET', `/orders?${query}`);
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'validation-failed', errors: [{ in: 'query' }] },
      });
    };
    expect((await server.call('GET', `/orders?limit=2&cursor=${cursor}`)).status).toBe(200);
    await refused(`cursor=${cursor}&order=asc`);
    await refused(`cursor=${cursor}&status=PAID`);
    await refused(`cursor=${cursor}&offset=1`);
    await refused(`cursor=${cursor}x`);
    await refused(`cursor=${cursor.slice(1)}`);
    await refused('cursor=abc');
    await refused('cursor=');
    const { next_cursor: feed } = (await server.call('GET', '/events')).body;
    await refused(`cursor=${feed}`);
  });

  test.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=abc',
    'limit=1e1',
    'limit=',
    'limit=1&limit=2',
    'limit=1.0',
    'limit=%201',
    'offset=-1',
    'offset=10001',
    'offset=x',
    'count=yes',
    'order=up',
    'created_after=yesterday',
    'created_before=2025-02-30T00:00:00Z',
    'page=2',
    'limit[]=1',
    'status=',
    '__proto__=1',
    'constructor=1',
  ])('refuses ?%s (R1.04)', async (query) => {
    const server = await startServer();
    const answer = await server.call('GET', `/orders?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
    expect(answer.body.errors[0].in).toBe('query');
  });
});

describe('a trail', () => {
  test('is walked in both directions, by cursor and by offset', async () => {
    const { server, ids } = await serverWithOrders(1);
    for (const event of ['pay', 'ship', 'deliver', 'return'])
      await server.call('POST', `/orders/${ids[0]}/${event}`);
    const versions = async (query: string) => {
      const { body } = await server.call('GET', `/orders/${ids[0]}/events?${query}`);
      return {
        versions: body.data.map((entry: { version: number }) => entry.version),
        next: body.next_cursor,
        total: body.total,
      };
    };
    expect((await versions('')).versions).toEqual([1, 2, 3, 4, 5]);
    const page = await versions('order=desc&limit=2');
    expect(page.versions).toEqual([5, 4]);
    expect((await versions(`order=desc&limit=2&cursor=${page.next}`)).versions).toEqual([3, 2]);
    expect(await versions('offset=3&count=true')).toEqual({ versions: [4, 5], next: null, total: 5 });
    expect((await versions('offset=3&order=desc')).versions).toEqual([2, 1]);
    expect((await versions('offset=5')).versions).toEqual([]);
    expect((await versions('offset=5&order=desc')).versions).toEqual([]);
    expect((await versions('offset=9&order=desc')).versions).toEqual([]);
    expect((await server.call('GET', `/orders/${ids[0]}/events?cursor=${page.next}`)).status).toBe(400);
  });
});
