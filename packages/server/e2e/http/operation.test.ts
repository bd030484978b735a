import type { Pawl } from 'pawl';
import { StoreBusyError, StoreFullError, StoreUnavailableError } from 'pawl';
import { describe, expect, test } from 'vitest';
import { PROBLEMS } from '../../src/http/problem.ts';
import { ITEM, startServer } from './harness.ts';

const failing =
  (cause: Error) =>
  (pawl: Pawl): Pawl => ({
    ...pawl,
    ping: () => Promise.reject(cause),
    get: () => Promise.reject(cause),
    submit: () => Promise.reject(cause),
  });

describe('probes', () => {
  test('say that all is well (R2.07)', async () => {
    const server = await startServer();
    expect(await server.call('GET', '/health')).toMatchObject({
      status: 200,
      text: '{"status":"ok","database":"ok"}',
    });
    expect(await server.call('GET', '/livez')).toMatchObject({ status: 200 });
    expect(await server.call('GET', '/readyz')).toMatchObject({ status: 200 });
  });

  test('say when the database is gone (R2.07)', async () => {
    const server = await startServer({ wrap: failing(new Error('gone')) });
    const health = await server.call('GET', '/health');
    expect(health).toMatchObject({ status: 503, text: '{"status":"degraded","database":"fail"}' });
    expect(health.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await server.call('GET', '/readyz')).toMatchObject({ status: 503, body: { code: 'not-ready' } });
    expect((await server.call('GET', '/livez')).status).toBe(200);
  });

  test('say when it is full, and leave it to those who read', async () => {
    const server = await startServer({ wrap: failing(new StoreFullError('full')) });
    const health = await server.call('GET', '/health');
    expect(health).toMatchObject({ status: 503, text: '{"status":"degraded","database":"full"}' });
    expect(await server.call('GET', '/readyz')).toMatchObject({ status: 200 });
  });

  test('turn calls away before and after, and close connections while draining (R0.10)', async () => {
    const server = await startServer();
    server.state = 'starting';
    expect(await server.call('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { detail: 'The process is starting.' },
    });
    server.state = 'draining';
    expect(await server.call('GET', '/readyz')).toMatchObject({ status: 503 });
    const answer = await server.call('POST', '/orders', { body: { items: [ITEM] } });
    expect([answer.status, answer.headers.get('connection')]).toEqual([201, 'close']);
    expect((await server.call('GET', '/livez')).status).toBe(200);
  });
});

describe('a fault', () => {
  test('is 500 with the trace id and nothing of its cause, which is logged (R2.06)', async () => {
    const cause = new Error('password=hunter2 at /srv/secret.ts');
    const server = await startServer({ wrap: failing(cause) });
    const answer = await server.call('POST', '/orders', { body: { items: [ITEM] } });
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal-error', title: 'Internal error' } });
    expect(answer.text).not.toContain('hunter2');
    expect(answer.text).not.toContain('secret');
    expect(server.faults).toEqual([cause]);
    expect(server.lines.at(-1)).toMatchObject({
      status: 500,
      error_code: 'internal-error',
      trace_id: answer.body.trace_id,
    });
  });

  test('of the store is 503 with Retry-After (R2.06)', async () => {
    const server = await startServer({ wrap: failing(new StoreUnavailableError('down')) });
    const answer = await server.call('POST', '/orders', { body: { items: [ITEM] } });
    expect(answer).toMatchObject({ status: 503, body: { code: 'store-unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  test('of a store that is full is 503 and says what is to be done', async () => {
    const server = await startServer({ wrap: failing(new StoreFullError('no page is left')) });
    const answer = await server.call('POST', '/orders', { body: { items: [ITEM] } });
    expect(answer).toMatchObject({ status: 503, body: { code: 'store-full' } });
    expect(answer.body.detail).toContain('has to make some');
    expect(answer.text).not.toContain('no page');
    expect(answer.headers.get('retry-after')).toBe('30');
  });

  test('of a count whose turn did not come is 503, and says how to do without', async () => {
    const count = () => Promise.reject(new StoreBusyError('its turn has not come'));
    const server = await startServer({ wrap: (pawl) => ({ ...pawl, count }) });
    const answer = await server.call('GET', '/orders?count=true');
    expect(answer).toMatchObject({ status: 503, body: { code: 'store-unavailable' } });
    expect(answer.body.detail).toContain('without `count`');
    expect(answer.headers.get('retry-after')).toBe('1');
    expect((await server.call('GET', '/orders')).status).toBe(200);
  });

  test('of the store is told once in a while, any other each time', async () => {
    const call = { body: { items: [ITEM] } };
    const full = await startServer({ wrap: failing(new StoreFullError('full')) });
    for (let calls = 0; calls < 5; calls++) await full.call('POST', '/orders', call);
    full.passTime(10_000);
    await full.call('POST', '/orders', call);
    expect(full.faultContexts.map(({ untold }) => untold)).toEqual([undefined, 4]);
    expect(full.lines.map(({ error_code }) => error_code)).toEqual(Array(6).fill('store-full'));
    const broken = await startServer({ wrap: failing(new Error('a bug')) });
    for (let calls = 0; calls < 3; calls++) await broken.call('POST', '/orders', call);
    expect(broken.faults).toHaveLength(3);
  });
});

test('every request is one line, which is also the line of its domain event (R2.08)', async () => {
  const server = await startServer();
  const { body } = await server.call('POST', '/orders', {
    body: { items: [ITEM] },
    headers: { 'x-request-id': 'r-1' },
  });
  await server.call('PATCH', `/orders/${body.order_id}`, {
    body: { status: 'PAID' },
    headers: { 'if-match': '1' },
  });
  await server.call('PATCH', `/orders/${body.order_id}`, {
    body: { currency: 'EUR' },
    headers: { 'if-match': '2' },
  });
  await server.call('GET', `/orders/${body.order_id}?version=1`);
  await server.call('GET', '/nowhere?token=secret');
  expect(server.lines).toMatchObject([
    {
      request_id: 'r-1',
      tenant: 'default',
      actor: 'local',
      method: 'POST',
      path: '/orders',
      action: 'create_order',
      order_id: body.order_id,
      status: 201,
      error_code: null,
      domain: { type: 'created', event: null, from: null, to: 'CREATED', version: 1 },
    },
    {
      path: '/orders/{order_id}',
      action: 'transition_order',
      order_id: body.order_id,
      status: 200,
      domain: { type: 'transitioned', event: 'pay', from: 'CREATED', to: 'PAID', version: 2 },
    },
    { action: 'update_order', order_id: body.order_id, status: 422, error_code: 'order-not-editable' },
    { action: 'get_order', order_id: body.order_id, status: 200 },
    { action: 'unmatched', path: '(unmatched)', order_id: null, status: 404, error_code: 'not-found' },
  ]);
  expect(server.lines[3]).not.toHaveProperty('domain');
  expect(server.lines[0]?.latency_ms).toBeGreaterThan(0);
  expect(server.transitions).toEqual(['>CREATED', 'CREATED>PAID']);
  expect(JSON.stringify(server.lines)).not.toContain('secret');
});

test('a replay is no event of its own (R2.08)', async () => {
  const server = await startServer();
  const call = { body: { items: [ITEM] }, headers: { 'idempotency-key': 'k' } };
  await server.call('POST', '/orders', call);
  await server.call('POST', '/orders', call);
  expect(server.lines[1]).toMatchObject({ status: 201, action: 'create_order' });
  expect(server.lines[1]).not.toHaveProperty('domain');
  expect(server.transitions).toEqual(['>CREATED']);
});

test('every problem has a page, for people and for programs (R2.06)', async () => {
  const server = await startServer();
  for (const [code, { title, status }] of Object.entries(PROBLEMS)) {
    const page = await server.call('GET', `/problems/${code}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain(title);
    const json = await server.call('GET', `/problems/${code}`, { headers: { accept: 'application/json' } });
    expect(json.body).toMatchObject({ code, title, status, type: `/problems/${code}` });
  }
  expect((await server.call('GET', '/problems/nothing')).status).toBe(404);
  expect((await server.call('GET', '/problems/__proto__')).status).toBe(404);
});

test('the first page names the first calls, with a host that is safe to paste', async () => {
  const server = await startServer();
  const page = await server.call('GET', '/');
  expect(page.text).toContain(`${server.origin}/orders`);
  expect(page.text).not.toContain('Authorization');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('the docs load nothing from elsewhere (R2.11)', async () => {
  const server = await startServer();
  const page = await server.call('GET', '/docs');
  expect(page.status).toBe(200);
  const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(sources.length).toBeGreaterThan(3);
  for (const source of sources) {
    expect(source).toMatch(/^\/docs\//);
    expect((await server.call('GET', source)).status).toBe(200);
  }
  expect(page.text).not.toMatch(/<script[^>]*>[^<\s]/);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
});

describe('browsers of other origins (R2.13)', () => {
  const preflight = { headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' } };

  test('are not let in unless they are named', async () => {
    const server = await startServer({ settings: { corsOrigins: ['https://other.example'] } });
    const answer = await server.call('OPTIONS', '/orders', preflight);
    expect(answer.headers.get('access-control-allow-origin')).not.toBe('https://shop.example');
    const none = await startServer();
    expect(
      (await none.call('GET', '/orders', preflight)).headers.get('access-control-allow-origin'),
    ).toBeNull();
  });

  test('are let in by name, and without credentials of the browser', async () => {
    const server = await startServer({ settings: { corsOrigins: ['https://shop.example'] } });
    const answer = await server.call('OPTIONS', '/orders', preflight);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    const read = await server.call('GET', '/orders', preflight);
    expect(read.headers.get('access-control-expose-headers')).toContain('ETag');
  });
});

describe('the rate limit (R1.08)', () => {
  test('answers 429 with the time to wait, and spares the probes', async () => {
    const server = await startServer({ settings: { env: 'dev', rateLimitPerMinute: 3 } });
    const first = await server.call('GET', '/orders');
    expect(first.headers.get('ratelimit-policy')).toBe('"calls";q=3;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"calls";r=2;t=\d+$/);
    await server.call('GET', '/orders');
    await server.call('GET', '/orders');
    const refused = await server.call('GET', '/orders');
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('cache-control')).toBe('no-store');
    expect((await server.call('GET', '/health')).status).toBe(200);
  });

  test('is off in local', async () => {
    const server = await startServer({ settings: { env: 'local', rateLimitPerMinute: 1 } });
    await server.call('GET', '/orders');
    expect((await server.call('GET', '/orders')).status).toBe(200);
  });
});

test('a full queue is 503 with Retry-After (R2.06)', async () => {
  const server = await startServer({ pawl: { queueMax: 0 } });
  const answer = await server.call('POST', '/orders', { body: { items: [ITEM] } });
  expect(answer).toMatchObject({ status: 503, body: { code: 'overloaded' } });
  expect(answer.headers.get('retry-after')).toBe('1');
});
