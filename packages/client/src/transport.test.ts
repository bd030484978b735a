import { afterEach, describe, expect, test } from 'vitest';
import {
  type Behaviour,
  drop,
  garbage,
  hang,
  html,
  json,
  type MisbehavingServer,
  order,
  problem,
  startMisbehaving,
  truncate,
} from '../test/misbehaving-server.ts';
import { createClient, isPawlError, PawlError, PawlUnreachableError, type RetryPolicy } from './index.ts';

const ITEMS = [{ sku: 'A-1', qty: 2, price: '9.99' }];
const FAST: Partial<RetryPolicy> = { backoffMs: 1, attemptTimeoutMs: 250, totalMs: 5_000, attemptsMax: 4 };

let server: MisbehavingServer;
const started: MisbehavingServer[] = [];

afterEach(async () => {
  for (const one of started.splice(0)) await one.close();
});

async function clientOf(behaviours: readonly Behaviour[], retry: Partial<RetryPolicy> = {}) {
  server = await startMisbehaving(...behaviours);
  started.push(server);
  return createClient({ baseUrl: server.baseUrl, retry: { ...FAST, ...retry } });
}

/** What a promise rejects with. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );
}

describe('a call that changes something', () => {
  test.each<[string, Behaviour]>([
    ['the connection drops after the request arrived', drop],
    ['the connection breaks within the answer', truncate],
    ['no answer comes', hang],
    ['the database is away', problem(503, 'store-unavailable')],
    ['the queue is full', problem(503, 'overloaded')],
    ['the rate limit is reached', problem(429, 'rate-limited')],
    ['a gateway has lost the server', html(502)],
    ['a gateway has no server', html(503)],
    ['a gateway is out of patience', html(504)],
  ])('is repeated with the same key when %s (R0.14, R2.03)', async (_, behaviour) => {
    const pawl = await clientOf([
      behaviour,
      behaviour,
      order(1, 'CREATED', { 'idempotency-replayed': 'true' }),
    ]);
    const result = await pawl.createOrder({ items: ITEMS });
    expect(result).toMatchObject({ order: { version: 1 }, etag: '"1"', replayed: true });
    expect(server.received).toHaveLength(3);
    expect(new Set(server.header('idempotency-key')).size).toBe(1);
    expect(server.header('idempotency-key')[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(server.received.map(({ body }) => body)).size).toBe(1);
  });

  test('has a key of its own for each call, and the caller’s where there is one (R0.14)', async () => {
    const pawl = await clientOf([order()]);
    await pawl.createOrder({ items: ITEMS });
    await pawl.send('ord_1', 'pay');
    await pawl.patchOrder('ord_1', { status: 'PAID' }, { ifMatch: 1, idempotencyKey: 'mine' });
    const [first, second, third] = server.header('idempotency-key');
    expect(first).not.toBe(second);
    expect(third).toBe('mine');
    expect(server.header('if-match')).toEqual([undefined, undefined, '1']);
  });

  test('is given up after so many attempts, with the last error', async () => {
    const pawl = await clientOf([drop]);
    const error = await failure(pawl.send('ord_1', 'pay'));
    expect(error).toBeInstanceOf(PawlUnreachableError);
    expect(error).toMatchObject({ reason: 'connection', cause: expect.any(Error) as Error });
    expect(server.received).toHaveLength(4);
  });

  test.each<[string, Behaviour]>([
    ['a form error', problem(400, 'validation-failed')],
    ['no credentials', problem(401, 'unauthenticated')],
    ['no role', problem(403, 'role-required')],
    ['an order that is not there', problem(404, 'order-not-found')],
    ['a stale version', problem(409, 'version-conflict', { current_version: 4 })],
    ['a key that is used', problem(409, 'idempotency-key-reused')],
    ['an illegal transition', problem(422, 'illegal-transition')],
    ['a bug of the server', problem(500, 'internal-error')],
    ['a page that is not Pawl’s', html(404)],
    ['a login page with status 200', html(200)],
    ['garbage', garbage],
  ])('is not repeated after %s', async (_, behaviour) => {
    const pawl = await clientOf([behaviour]);
    await failure(pawl.send('ord_1', 'pay'));
    expect(server.received).toHaveLength(1);
  });

  test('is not turned into a read by a redirect', async () => {
    const pawl = await clientOf([html(302, { location: '/elsewhere' })]);
    const error = await failure(pawl.createOrder({ items: ITEMS }));
    expect(error).toMatchObject({ reason: 'foreign-answer', status: 302 });
    expect(server.received).toHaveLength(1);
  });
});

describe('an edit by PUT', () => {
  const FIELDS = { customer_id: null, currency: 'USD', items: ITEMS, metadata: {} };

  test.each<[string, Behaviour]>([
    ['the connection drops', drop],
    ['the database is away', problem(503, 'store-unavailable')],
    ['a gateway is out of patience', html(504)],
  ])(
    'is not repeated without a version when %s, because others may have written since',
    async (_, behaviour) => {
      for (const options of [{}, { ifMatch: '*' }]) {
        const pawl = await clientOf([behaviour, order(2)]);
        await failure(pawl.putOrder('ord_1', FIELDS, options));
        expect(server.received).toHaveLength(1);
      }
    },
  );

  test('is repeated without a version where the server says that it did nothing', async () => {
    const pawl = await clientOf([problem(503, 'overloaded'), problem(429, 'rate-limited'), order(2)]);
    expect((await pawl.putOrder('ord_1', FIELDS)).order.version).toBe(2);
  });
});

describe('waiting', () => {
  test('lasts as long as Retry-After says', async () => {
    const pawl = await clientOf([problem(503, 'overloaded', {}, { 'retry-after': '1' }), order()]);
    await pawl.createOrder({ items: ITEMS });
    const [first, second] = server.received;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('does not begin where Retry-After lies beyond the total time', async () => {
    const pawl = await clientOf([problem(429, 'rate-limited', {}, { 'retry-after': '60' }), order()]);
    const error = await failure(pawl.createOrder({ items: ITEMS }));
    expect(error).toMatchObject({ code: 'rate-limited', retryAfterMs: 60_000 });
    expect(server.received).toHaveLength(1);
  });

  test('ends with the total time, however many attempts are left', async () => {
    const pawl = await clientOf([hang], { attemptsMax: 100, attemptTimeoutMs: 100, totalMs: 350 });
    const begun = performance.now();
    const error = await failure(pawl.getOrder('ord_1'));
    expect(error).toMatchObject({ reason: 'timeout' });
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(server.received.length).toBeGreaterThan(1);
  });

  test.each<[string, Behaviour]>([
    ['an attempt', hang],
    ['a pause', problem(503, 'overloaded', {}, { 'retry-after': '4' })],
  ])('ends when the caller aborts %s, with the caller’s reason', async (_, behaviour) => {
    const pawl = await clientOf([behaviour], { attemptTimeoutMs: 5_000 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('changed my mind')), 50);
    const begun = performance.now();
    const error = await failure(pawl.send('ord_1', 'pay', { signal: controller.signal }));
    expect(error).toMatchObject({ message: 'changed my mind' });
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(server.received).toHaveLength(1);
  });
});

describe('an error', () => {
  test('says what the problem document says', async () => {
    const place = { in: 'body', pointer: '#/items/0/qty', detail: 'must be >= 1' };
    const pawl = await clientOf([problem(400, 'validation-failed', { errors: [place] })]);
    const error = await failure(pawl.createOrder({ items: [] }));
    expect(error).toBeInstanceOf(PawlError);
    expect(error).toMatchObject({
      code: 'validation-failed',
      status: 400,
      title: 'Title of validation-failed',
      detail: 'What it is this time.',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      errors: [place],
    });
  });

  test('is told apart by its code, which brings its members', async () => {
    const pawl = await clientOf([problem(409, 'external-id-taken', { external_id: 'a', order_id: 'ord_2' })]);
    const error = await failure(pawl.createOrder({ items: ITEMS, external_id: 'a' }));
    expect(isPawlError(error, 'version-conflict')).toBe(false);
    if (!isPawlError(error, 'external-id-taken')) return expect.fail('another error');
    expect(error.problem.order_id).toBe('ord_2');
  });

  test('of garbage names what could not be read', async () => {
    const pawl = await clientOf([garbage]);
    const error = await failure(pawl.getOrder('ord_1'));
    expect(error).toMatchObject({
      reason: 'foreign-answer',
      status: 200,
      cause: expect.any(SyntaxError) as Error,
    });
  });
});

test('health is an answer also where it is bad, and is asked once', async () => {
  const pawl = await clientOf([json(503, { status: 'degraded', database: 'fail' })]);
  expect(await pawl.health()).toEqual({ status: 'degraded', database: 'fail' });
  expect(server.received).toHaveLength(1);
});
