import { expect, test } from 'vitest';
import { ITEM, startServer } from './harness.ts';

const parcel = { initial: 'OPEN', states: { OPEN: { on: { close: 'CLOSED' } }, CLOSED: { final: true } } };

test('workflows are listed by name, page by page', async () => {
  const server = await startServer();
  const { body, headers } = await server.call('GET', '/workflows?limit=2');
  expect(body.data.map((one: { name: string }) => one.name)).toEqual(['approval', 'checkout']);
  expect(body.data[0]).toMatchObject({ version: 1, shared: true });
  expect(headers.get('link')).toContain('rel="next"');
  const next = await server.call('GET', `/workflows?limit=2&cursor=${body.next_cursor}`);
  expect(next.body.data.map((one: { name: string }) => one.name)).toEqual(['preorder', 'retail']);
  expect(next.body.next_cursor).toBeNull();
});

test('a workflow is deployed as its next version, and its content again is not', async () => {
  const server = await startServer();
  const first = await server.call('PUT', '/workflows/parcel', { body: parcel });
  expect(first).toMatchObject({ status: 201, body: { name: 'parcel', version: 1, shared: false } });
  expect(
    await server.call('PUT', '/workflows/parcel', { body: { name: 'parcel', ...parcel } }),
  ).toMatchObject({
    status: 200,
    body: { version: 1, hash: first.body.hash },
  });
  const { body: order } = await server.call('POST', '/orders', {
    body: { items: [ITEM], workflow: 'parcel' },
  });
  const second = {
    ...parcel,
    states: { ...parcel.states, OPEN: { on: { close: 'CLOSED', shut: 'CLOSED' } } },
  };
  expect(await server.call('PUT', '/workflows/parcel', { body: second })).toMatchObject({
    status: 201,
    body: { version: 2 },
  });
  expect((await server.call('GET', '/workflows/parcel?version=1')).body.hash).toBe(first.body.hash);
  expect((await server.call('GET', '/workflows/parcel')).body.version).toBe(2);
  // The order stays with the version that it started with.
  expect((await server.call('POST', `/orders/${order.order_id}/shut`)).status).toBe(404);
  expect((await server.call('POST', `/orders/${order.order_id}/close`)).status).toBe(200);
});

test('a deployment cannot be tried: verify is for that', async () => {
  const server = await startServer();
  expect(await server.call('PUT', '/workflows/parcel?dry_run=true', { body: parcel })).toMatchObject({
    status: 400,
    body: { code: 'validation-failed', errors: [{ in: 'query', pointer: '#/dry_run' }] },
  });
  expect((await server.call('GET', '/workflows/parcel')).status).toBe(404);
});

test('a broken workflow is refused with all its findings, and verify gives the same', async () => {
  const server = await startServer();
  const broken = { initial: 'OPEN', states: { OPEN: { on: { close: 'NOWHERE' } }, LOST: { final: true } } };
  const refused = await server.call('PUT', '/workflows/parcel', { body: broken });
  expect(refused).toMatchObject({
    status: 422,
    body: { code: 'workflow-invalid', title: 'Workflow invalid' },
  });
  expect(refused.body.findings.length).toBeGreaterThan(0);
  const verified = await server.call('POST', '/workflows/verify', { body: { name: 'parcel', ...broken } });
  expect(verified).toMatchObject({ status: 200, body: { valid: false, findings: refused.body.findings } });
  expect(
    await server.call('POST', '/workflows/verify', { body: { name: 'parcel', ...parcel } }),
  ).toMatchObject({
    status: 200,
    body: { valid: true },
  });
  expect((await server.call('GET', '/workflows/parcel')).status).toBe(404);
});

test.each([
  ['another name', { name: 'other', ...parcel }, 400],
  ['a list', [], 400],
  ['nothing', {}, 422],
  ['a wrong member', { ...parcel, colour: 'red' }, 422],
  ['a number', 7, 400],
])('a workflow that is %s is refused', async (_, body, status) => {
  const server = await startServer();
  expect((await server.call('PUT', '/workflows/parcel', { body })).status).toBe(status);
});

test.each(['GET /workflows/none', 'GET /workflows/retail?version=9', 'GET /workflows/none/diagram'])(
  '%s is 404',
  async (line) => {
    const [method = '', path = ''] = line.split(' ');
    const server = await startServer();
    expect(await server.call(method, path)).toMatchObject({
      status: 404,
      body: { code: 'workflow-not-found' },
    });
  },
);

test('a workflow is drawn as Mermaid, and says so where SVG is asked for', async () => {
  const server = await startServer();
  const drawn = await server.call('GET', '/workflows/retail/diagram');
  expect(drawn.text).toContain('stateDiagram-v2');
  expect(drawn.headers.get('content-type')).toBe('text/vnd.mermaid; charset=utf-8');
  expect(await server.call('GET', '/workflows/retail/diagram?format=svg')).toMatchObject({
    status: 406,
    body: { code: 'not-acceptable', available: ['mermaid'] },
  });
  expect((await server.call('GET', '/workflows/retail/diagram?format=png')).status).toBe(400);
});
