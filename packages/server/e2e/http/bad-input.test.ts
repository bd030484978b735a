import { STATUS_CODES } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type Answer, type CallOptions, type Harness, ITEM, startServer } from './harness.ts';

const good = { items: [ITEM] };

/** A problem that says what is wrong, and nothing changed by it. */
function expectProblem(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body).toMatchObject({
    type: `/problems/${code}`,
    title: expect.any(String),
    status,
    detail: expect.stringMatching(/.{5}/),
    instance: expect.stringMatching(/^\//),
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
}

async function expectNothing(server: Harness): Promise<void> {
  expect((await server.call('GET', '/orders')).body.data).toEqual([]);
  expect((await server.call('GET', '/events')).body.data).toEqual([]);
  expect(server.faults).toEqual([]);
}

describe('a body that cannot be read (R2.06)', () => {
  test.each<[string, CallOptions, number, string]>([
    ['broken JSON', { body: '{"items":' }, 400, 'malformed-request'],
    ['text', { body: 'hello' }, 400, 'malformed-request'],
    [
      'bytes that are no UTF-8',
      { body: Buffer.from('{"a":"\xff\xfe"}', 'latin1') },
      400,
      'malformed-request',
    ],
    ['a byte order mark', { body: '\ufeff{}' }, 400, 'malformed-request'],
    ['a hundred thousand brackets', { body: '['.repeat(100_000) }, 400, 'malformed-request'],
    [
      'a hundred thousand levels',
      { body: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` },
      400,
      'malformed-request',
    ],
    ['a list', { body: '[]' }, 400, 'validation-failed'],
    ['null', { body: 'null' }, 400, 'validation-failed'],
    ['a number', { body: '1' }, 400, 'validation-failed'],
    ['nothing', {}, 400, 'validation-failed'],
    ['a poisoned prototype', { body: '{"__proto__":{"items":[]}}' }, 400, 'validation-failed'],
    ['a poisoned constructor', { body: '{"constructor":{"prototype":{}}}' }, 400, 'validation-failed'],
    ['too much', { body: `{"x":"${'x'.repeat(1024 * 1024)}"}` }, 413, 'payload-too-large'],
    ['XML', { body: '<a/>', headers: { 'content-type': 'application/xml' } }, 415, 'unsupported-media-type'],
    [
      'a form',
      { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported-media-type',
    ],
    [
      'a merge patch',
      { body: '{}', headers: { 'content-type': 'application/merge-patch+json' } },
      415,
      'unsupported-media-type',
    ],
    [
      'Latin-1',
      { body: '{}', headers: { 'content-type': 'application/json; charset=latin1' } },
      415,
      'unsupported-media-type',
    ],
    ['no type', { body: '{}', headers: { 'content-type': ';' } }, 415, 'unsupported-media-type'],
  ])('%s', async (_, options, status, code) => {
    const server = await startServer();
    expectProblem(await server.call('POST', '/orders', options), status, code);
    await expectNothing(server);
  });

  test('that is streamed past the limit is cut off', async () => {
    const server = await startServer({ settings: { bodyMaxBytes: 1_000 } });
    const answer = await raw(
      server,
      `POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n${'x'.repeat(2_000)}\r\n0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('payload-too-large');
  });

  test('says on PATCH which types there are', async () => {
    const server = await startServer();
    const answer = await server.call('PATCH', '/orders/1', {
      body: '[]',
      headers: { 'content-type': 'application/json-patch+json' },
    });
    expectProblem(answer, 415, 'unsupported-media-type');
    expect(answer.headers.get('accept-patch')).toBe('application/json, application/merge-patch+json');
  });

  test('may be empty under any type, and have any spelling of its own', async () => {
    const server = await startServer();
    const { body } = await server.call('POST', '/orders', {
      body: JSON.stringify(good),
      headers: { 'content-type': 'Application/JSON ; Charset="UTF-8"' },
    });
    const paid = await server.call('POST', `/orders/${body.order_id}/pay`, {
      body: '',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(paid.status).toBe(200);
    expect((await server.call('POST', `/orders/${body.order_id}/ship`, { body: '' })).status).toBe(200);
  });
});

describe('an order of a wrong form (R1.04, R1.08, R2.05)', () => {
  const item = (members: object) => ({ items: [{ ...ITEM, ...members }] });

  test.each<[string, unknown, string]>([
    ['unknown member', { ...good, total: 1 }, '#/total'],
    ['tenant', { ...good, tenant: 2 }, '#/tenant'],
    ['status', { ...good, status: 'PAID' }, '#/status'],
    ['unknown member of a line', item({ tax: 1 }), '#/items/0/tax'],
    ['no items', {}, '#/items'],
    ['empty items', { items: [] }, '#/items'],
    ['items that are none', { items: 'A-1' }, '#/items'],
    ['501 items', { items: Array.from({ length: 501 }, () => ITEM) }, '#/items'],
    ['no quantity', { items: [{ sku: 'A', price: '1' }] }, '#/items/0/qty'],
    ['quantity 0', item({ qty: 0 }), '#/items/0/qty'],
    ['quantity -1', item({ qty: -1 }), '#/items/0/qty'],
    ['half a piece', item({ qty: 0.5 }), '#/items/0/qty'],
    ['too many pieces', item({ qty: 1_000_001 }), '#/items/0/qty'],
    ['a text as quantity', item({ qty: '2' }), '#/items/0/qty'],
    ['price 0', item({ price: '0.00' }), '#/items/0/price'],
    ['negative price', item({ price: '-1' }), '#/items/0/price'],
    ['negative number', item({ price: -1 }), '#/items/0/price'],
    ['exponent', item({ price: '1e2' }), '#/items/0/price'],
    ['price that is true', item({ price: true }), '#/items/0/price'],
    ['price of 13 digits', item({ price: '1234567890123' }), '#/items/0/price'],
    ['number of 13 digits', item({ price: 1234567890123 }), '#/items/0/price'],
    ['number of 17 digits', item({ price: 0.30000000000000004 }), '#/items/0/price'],
    ['empty sku', item({ sku: '' }), '#/items/0/sku'],
    ['long sku', item({ sku: 'x'.repeat(129) }), '#/items/0/sku'],
    ['sku that is a number', item({ sku: 7 }), '#/items/0/sku'],
    ['long customer', { ...good, customer_id: 'x'.repeat(129) }, '#/customer_id'],
    ['empty external id', { ...good, external_id: '' }, '#/external_id'],
    ['currency that is a number', { ...good, currency: 978 }, '#/currency'],
    ['currency null', { ...good, currency: null }, '#/currency'],
    ['metadata that is a list', { ...good, metadata: [] }, '#/metadata'],
    ['metadata null', { ...good, metadata: null }, '#/metadata'],
    ['metadata of 16 KiB', { ...good, metadata: { x: 'x'.repeat(16_384) } }, '#/metadata'],
    [
      'metadata of 9 levels',
      { ...good, metadata: { a: { a: { a: { a: { a: { a: { a: { a: {} } } } } } } } } },
      '#/metadata',
    ],
    ['workflow that is a list', { ...good, workflow: [] }, '#/workflow'],
  ])('%s', async (_, body, pointer) => {
    const server = await startServer();
    const answer = await server.call('POST', '/orders', { body });
    expectProblem(answer, 400, 'validation-failed');
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
    await expectNothing(server);
  });

  test.each([
    ['U+0000', '{"items":[{"sku":"A\\u0000","qty":1,"price":"1"}]}', '#/items/0/sku'],
    ['half a surrogate pair', '{"customer_id":"\\ud800","items":[]}', '#/customer_id'],
    ['U+0000 in a name', '{"metadata":{"a\\u0000":1}}', '#/metadata/a\ufffd'],
    ['a number beyond a double', '{"metadata":{"n":1e999}}', '#/metadata/n'],
  ])('%s', async (_, body, pointer) => {
    const server = await startServer();
    const answer = await server.call('POST', '/orders', { body });
    expectProblem(answer, 400, 'validation-failed');
    expect(answer.body.errors[0].pointer).toBe(pointer);
    await expectNothing(server);
  });

  test('a reason of 1,001 characters, data that is a list, a member that is unknown', async () => {
    const server = await startServer();
    const { body: order } = await server.call('POST', '/orders', { body: good });
    for (const [name, value] of Object.entries({
      reason: 'x'.repeat(1_001),
      data: [],
      occurred_at: 7,
      note: 'x',
    })) {
      const answer = await server.call('POST', `/orders/${order.order_id}/pay`, { body: { [name]: value } });
      expectProblem(answer, 400, 'validation-failed');
      expect(answer.body.errors[0].pointer).toBe(`#/${name}`);
    }
    expect((await server.call('GET', `/orders/${order.order_id}`)).body.version).toBe(1);
  });

  test('a patch of both a status and fields, or of null', async () => {
    const server = await startServer();
    const { body: order } = await server.call('POST', '/orders', { body: good });
    for (const body of [
      { status: 'PAID', currency: 'EUR' },
      { currency: null },
      { status: null },
      { reason: 'x' },
    ]) {
      const answer = await server.call('PATCH', `/orders/${order.order_id}`, {
        body,
        headers: { 'if-match': '1' },
      });
      expectProblem(answer, 400, 'validation-failed');
    }
  });

  test('a query that a command does not have', async () => {
    const server = await startServer();
    expectProblem(await server.call('POST', '/orders?dryrun=true', { body: good }), 400, 'validation-failed');
    await expectNothing(server);
  });
});

describe('what is at no address (R2.06)', () => {
  test.each([
    ['DELETE', '/orders', 'GET, HEAD, POST'],
    ['POST', '/health', 'GET, HEAD'],
    ['PUT', '/orders/1/events', 'GET, HEAD'],
    ['GET', '/orders/1/pay', 'POST'],
    ['POST', '/events', 'GET, HEAD'],
    ['OPTIONS', '/orders', 'GET, HEAD, POST'],
    ['GET', '/orders/bulk', 'POST'],
    ['PUT', '/orders/bulk', 'POST'],
    ['GET', '/workflows/verify?version=1', 'POST'],
    ['PUT', '/workflows/verify', 'POST'],
  ])('%s %s is 405, allowing %s', async (method, path, allow) => {
    const server = await startServer();
    const answer = await server.call(method, path);
    expectProblem(answer, 405, 'method-not-allowed');
    expect(answer.headers.get('allow')).toBe(allow);
  });

  test.each(['/nothing', '/Orders', '/orders/1/2/3', `/${'x'.repeat(2_000)}`, '/%2e%2e/etc', '/docs/json'])(
    'GET %s is 404',
    async (path) => {
      const server = await startServer();
      expectProblem(await server.call('GET', path), 404, 'not-found');
    },
  );

  test('a path that is too long or broken is a problem too', async () => {
    const server = await startServer();
    expectProblem(await server.call('GET', `/orders/${'x'.repeat(2_000)}`), 404, 'not-found');
    expectProblem(await server.call('GET', '/orders/%zz'), 400, 'malformed-request');
    expectProblem(await server.call('GET', '/orders/%c3%28'), 400, 'malformed-request');
    await expect.poll(() => server.counted).toContain('GET (unmatched) 400');
    const { body, headers } = await server.call('GET', '/orders/%zz');
    await expect
      .poll(() => server.lines.find(({ trace_id: id }) => id === body.trace_id))
      .toMatchObject({
        request_id: headers.get('x-request-id'),
        method: 'GET',
        path: '(unmatched)',
        status: 400,
        error_code: 'malformed-request',
      });
    expect(server.lines).toHaveLength(4);
  });
});

describe('bytes that are no request', () => {
  test.each([
    ['nonsense', 'hello\r\n\r\n', 400, 'malformed-request'],
    [
      'headers of 20 KiB',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'two lengths',
      'POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
      'malformed-request',
    ],
    [
      'a length and chunks',
      'POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'malformed-request',
    ],
    [
      'a header with a line in it',
      'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\nb\r\n\r\n',
      400,
      'malformed-request',
    ],
  ])('%s', async (_, bytes, status, code) => {
    const server = await startServer();
    const answer = await raw(server, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`));
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain(code);
    const traceId = /"trace_id":"([0-9a-f]{32})"/.exec(answer)?.[1];
    expect(answer).toContain(`\r\nX-Request-Id: ${traceId}\r\n`);
    expect(server.lines).toMatchObject([
      {
        request_id: traceId,
        trace_id: traceId,
        method: '(unread)',
        path: '(unmatched)',
        status,
        error_code: code,
      },
    ]);
    expect(server.counted).toEqual([`(unread) (unmatched) ${status}`]);
    expect((await server.call('GET', '/livez')).status).toBe(200);
  });

  test('keep no connection, although more of them follow when their time is over', async () => {
    const server = await startServer();
    server.app.server.headersTimeout = 100;
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nX: ');
    const more = setInterval(() => socket.write('x'), 50);
    await expect.poll(() => socket.destroyed, { timeout: 10_000 }).toBe(true);
    clearInterval(more);
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*request-timeout/s);
  });
});

describe('headers', () => {
  test('that are abused are answered or ignored, and never end in a fault', async () => {
    const server = await startServer();
    const { body: order } = await server.call('POST', '/orders', { body: good });
    const path = `/orders/${order.order_id}`;
    for (const [name, value, status] of [
      ['x-request-id', 'x'.repeat(4_000), 200],
      ['traceparent', 'x'.repeat(4_000), 200],
      ['traceparent', '00-00000000000000000000000000000000-0000000000000000-00', 200],
      ['accept', '*/*;q=x', 200],
      ['if-none-match', '"'.repeat(1_000), 200],
      ['if-none-match', Array.from({ length: 1_000 }, (_, at) => `"${at + 9}"`).join(','), 200],
      ['if-modified-since', 'never', 200],
      ['range', 'bytes=0-1', 200],
      ['accept-encoding', 'gzip;q=0, *;q=0', 200],
      ['content-type', 'application/json', 200],
    ] as const) {
      expect([name, (await server.call('GET', path, { headers: { [name]: value } })).status]).toEqual([
        name,
        status,
      ]);
    }
    for (const match of [
      'abc',
      '',
      '"',
      'W/3',
      `"${'x'.repeat(4_000)}`,
      '-1',
      '1.5',
      '99999999999999999999',
    ]) {
      const answer = await server.call('POST', `${path}/pay`, { headers: { 'if-match': match } });
      expectProblem(answer, 400, 'validation-failed');
      expect(answer.body.errors).toMatchObject([{ in: 'header', pointer: '#/if-match' }]);
    }
    expect(server.faults).toEqual([]);
    expect((await server.call('GET', path)).body.version).toBe(1);
  });

  test('X-Request-Id is echoed where it can be, or made; traceparent is continued', async () => {
    const server = await startServer();
    const mine = await server.call('GET', '/orders/1', {
      headers: {
        'x-request-id': 'mine-1',
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      },
    });
    expect(mine.headers.get('x-request-id')).toBe('mine-1');
    expect(mine.body.trace_id).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    const made = await server.call('GET', '/orders/1', { headers: { 'x-request-id': 'a b' } });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(made.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

/** Sends bytes as they are and reads until the other side closes or has answered. */
function raw(server: Harness, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(3_000, () => socket.destroy());
    socket.on('data', (data) => {
      answer += data.toString();
      if (/\r\n\r\n.*\}$/s.test(answer)) socket.destroy();
    });
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
    socket.on('close', () => resolve(answer));
  });
}
