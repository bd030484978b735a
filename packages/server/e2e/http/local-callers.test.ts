import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { type Harness, startServer } from './harness.ts';

const FORM = { 'content-type': 'text/plain' };
const SHOP = 'https://shop.example';
const KEY = {
  hash: createHash('sha256').update('k').digest('hex'),
  tenant: 'shop',
  actor: 'k',
  roles: ['operator'],
};

describe('a server without keys', () => {
  test.each(['localhost', 'LOCALHOST:8000', '127.0.0.1:1', '127.9.9.9', '[::1]', '[::1]:8000'])(
    'answers to the host %s',
    async (host) => {
      expect((await send(await startServer(), 'GET', '/orders', { host })).status).toBe(200);
    },
  );

  test.each([
    ['/orders', 'evil.example'],
    ['/orders', '127.0.0.1.evil.example'],
    ['/orders', 'localhost.evil.example:8000'],
    ['/orders', '192.168.0.7'],
    ['/metrics', 'evil.example'],
    ['/livez', 'evil.example'],
    ['/nothing', 'evil.example'],
  ])('does not answer %s of the host %j', async (path, host) => {
    const { status, code } = await send(await startServer(), 'GET', path, { host });
    expect([status, code]).toEqual([421, 'host-not-allowed']);
  });

  test('answers to every host where that was allowed, or callers have keys', async () => {
    const host = 'evil.example';
    const open = await startServer({ settings: { allowAnonymous: true } });
    expect((await send(open, 'GET', '/orders', { host })).status).toBe(200);
    const keyed = await startServer({ settings: { apiKeys: [KEY] } });
    expect((await send(keyed, 'GET', '/livez', { host })).status).toBe(200);
  });

  test.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'http://localhost:3000' }],
    [{ origin: 'null' }],
    [{ origin: SHOP, 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'cross-site' }],
  ])('takes no command with %j', async (headers) => {
    const answer = { status: 403, code: 'origin-not-allowed' };
    const server = await startServer();
    expect(await send(server, 'POST', '/orders', { ...FORM, ...headers })).toEqual(answer);
    const open = await startServer({ settings: { allowAnonymous: true } });
    expect(await send(open, 'POST', '/orders', { ...FORM, ...headers })).toEqual(answer);
    expect((await send(server, 'GET', '/orders', headers)).status).toBe(200);
  });

  test('takes commands of its own page, of origins that were named, and of programs', async () => {
    const server = await startServer({ settings: { corsOrigins: [SHOP] } });
    for (const headers of [
      {},
      { origin: server.origin, 'sec-fetch-site': 'same-origin' },
      { origin: SHOP, 'sec-fetch-site': 'cross-site' },
    ]) {
      expect((await send(server, 'POST', '/workflows/verify', headers)).status).toBe(200);
    }
  });
});

test('with keys the origin is for CORS to judge: a page has no key to send', async () => {
  const server = await startServer({ settings: { apiKeys: [KEY] } });
  const headers = { origin: 'https://evil.example', authorization: 'Bearer k' };
  expect((await send(server, 'POST', '/workflows/verify', headers)).status).toBe(200);
});

/** `fetch` keeps some of these headers for itself. */
function send(
  { port }: Harness,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; code: string | undefined }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => {
        const isProblem = response.headers['content-type'] === 'application/problem+json';
        resolve({ status: response.statusCode ?? 0, code: isProblem ? JSON.parse(body).code : undefined });
      });
    })
      .on('error', reject)
      .end();
  });
}
