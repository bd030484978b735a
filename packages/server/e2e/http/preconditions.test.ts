import { describe, expect, test } from 'vitest';
import { type Harness, ITEM, startServer } from './harness.ts';

interface Case {
  readonly match?: string;
  readonly id?: 'missing';
  readonly event?: string;
  readonly status: number;
  readonly code?: string;
}

/** The order is at version 2, PAID, of `checkout`. */
async function paidOrder(): Promise<{ server: Harness; id: string }> {
  const server = await startServer();
  const { body } = await server.call('POST', '/orders', { body: { items: [ITEM], workflow: 'checkout' } });
  await server.call('POST', `/orders/${body.order_id}/pay`);
  return { server, id: body.order_id };
}

const MISSING = 'ord_01jd3m8k2yfw8sx2q0tr5v9c1n';

describe('the order of checks (R2.04)', () => {
  test.each<Case>([
    { match: '2', event: 'fulfill', status: 200 },
    { match: '"2"', event: 'fulfill', status: 200 },
    { match: '"1", "2"', event: 'fulfill', status: 200 },
    { match: '*', event: 'fulfill', status: 200 },
    { event: 'fulfill', status: 200 },
    // bare: 404, 409, 422
    { match: '1', id: 'missing', event: 'pay', status: 404, code: 'order-not-found' },
    { match: '1', event: 'ship', status: 404, code: 'event-unknown' },
    { match: '1', event: 'fulfill', status: 409, code: 'version-conflict' },
    { match: '1', event: 'pay', status: 409, code: 'version-conflict' },
    { match: '2', event: 'pay', status: 422, code: 'illegal-transition' },
    // entity-tag: 404, 422, 412
    { match: '"1"', id: 'missing', event: 'pay', status: 404, code: 'order-not-found' },
    { match: '*', id: 'missing', event: 'pay', status: 404, code: 'order-not-found' },
    { match: '"1"', event: 'ship', status: 404, code: 'event-unknown' },
    { match: '"1"', event: 'pay', status: 422, code: 'illegal-transition' },
    { match: '"1"', event: 'fulfill', status: 412, code: 'precondition-failed' },
    { match: 'W/"2"', event: 'fulfill', status: 412, code: 'precondition-failed' },
    { match: '""', event: 'fulfill', status: 412, code: 'precondition-failed' },
    // form first
    { match: 'abc', id: 'missing', event: 'pay', status: 400, code: 'validation-failed' },
    { match: '', event: 'pay', status: 400, code: 'validation-failed' },
    { match: '2, 3', event: 'pay', status: 400, code: 'validation-failed' },
  ])(
    'POST $event with If-Match $match ($id) is $status',
    async ({ match, id: which, event, status, code }) => {
      const { server, id } = await paidOrder();
      const path = `/orders/${which === 'missing' ? MISSING : id}/${event}`;
      const answer = await server.call('POST', path, {
        headers: match === undefined ? {} : { 'if-match': match },
      });
      expect(answer.status).toBe(status);
      expect(answer.body.code).toBe(code);
    },
  );

  test.each<Case & { to: string }>([
    { match: '2', to: 'FULFILLED', status: 200 },
    { match: '"2"', to: 'FULFILLED', status: 200 },
    { match: '1', to: 'FULFILLED', status: 409, code: 'version-conflict' },
    { match: '1', to: 'CREATED', status: 409, code: 'version-conflict' },
    { match: '"1"', to: 'FULFILLED', status: 412, code: 'precondition-failed' },
    { match: '"1"', to: 'CREATED', status: 422, code: 'illegal-transition' },
    { to: 'CREATED', status: 422, code: 'illegal-transition' },
    { to: 'FULFILLED', status: 428, code: 'precondition-required' },
    { id: 'missing', to: 'FULFILLED', status: 404, code: 'order-not-found' },
  ])('PATCH to $to with If-Match $match ($id) is $status', async ({ match, id: which, to, status, code }) => {
    const { server, id } = await paidOrder();
    const answer = await server.call('PATCH', `/orders/${which === 'missing' ? MISSING : id}`, {
      body: { status: to },
      headers: match === undefined ? {} : { 'if-match': match },
    });
    expect(answer.status).toBe(status);
    expect(answer.body.code).toBe(code);
  });

  test('a conflict carries the current version and the words of the contract', async () => {
    const { server, id } = await paidOrder();
    const bare = await server.call('POST', `/orders/${id}/fulfill`, { headers: { 'if-match': '1' } });
    expect(bare.body).toMatchObject({
      title: 'Version conflict',
      detail: 'If-Match does not match current resource version',
      current_version: 2,
    });
    const tagged = await server.call('POST', `/orders/${id}/fulfill`, { headers: { 'if-match': '"1"' } });
    expect(tagged.body).toMatchObject({ title: 'Precondition failed', current_version: 2 });
    const missing = await server.call('PATCH', `/orders/${id}`, { body: { status: 'FULFILLED' } });
    expect(missing.body).toMatchObject({ status: 428, current_version: 2 });
    expect(missing.headers.get('cache-control')).toBe('no-store');
  });
});

test('a reader who has the version gets 304 with its tag and no body', async () => {
  const { server, id } = await paidOrder();
  for (const known of ['"2"', 'W/"2"', '"1", "2"', '*']) {
    const answer = await server.call('GET', `/orders/${id}`, { headers: { 'if-none-match': known } });
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', '"2"']);
  }
  expect((await server.call('GET', `/orders/${id}`, { headers: { 'if-none-match': '"1"' } })).status).toBe(
    200,
  );
  expect((await server.call('HEAD', `/orders/${id}`)).headers.get('etag')).toBe('"2"');
});
