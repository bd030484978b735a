import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PIPELINED_MAX } from './limits.ts';
import { takeInTurn } from './take-in-turn.ts';

/** More than the system buffers on its own for a client that does not read: bytes. */
const LARGE_BYTES = 16 * 1_048_576;

let handle: RequestListener;
let client: Socket;
let received: string;
const begun: (string | undefined)[] = [];
const server = createServer((request, response) => {
  begun.push(request.url);
  handle(request, response);
});
takeInTurn(server);

beforeEach(async () => {
  begun.length = 0;
  received = '';
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.on('data', (chunk) => {
    received += chunk;
  });
});
afterEach(() => {
  client.destroy();
});

function ask(...paths: readonly string[]): void {
  client.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
}

it('begins with a request when the one before it is answered, and answers in turn', async () => {
  const told: string[] = [];
  handle = ({ url }, response) => {
    told.push(`${url} begins`);
    setTimeout(() => response.end(`<${url}>`, () => told.push(`${url} ends`)), url === '/1' ? 50 : 0);
  };
  ask('/1', '/2', '/3');
  await expect.poll(() => told).toHaveLength(6);
  expect(told).toEqual(['/1 begins', '/1 ends', '/2 begins', '/2 ends', '/3 begins', '/3 ends']);
  await expect.poll(() => received.match(/<\S+>/g)).toEqual(['</1>', '</2>', '</3>']);
});

it('begins with nothing more for a client that does not read', async () => {
  handle = (_, response) => response.end(Buffer.alloc(LARGE_BYTES));
  client.pause();
  ask('/1', '/2', '/3');
  await sleep(200);
  expect(begun).toEqual(['/1']);
  client.resume();
  await expect.poll(() => begun, { timeout: 5_000 }).toHaveLength(3);
});

it('begins with nothing more for a client that has gone', async () => {
  handle = (_, response) => setTimeout(() => response.end(), 100);
  ask('/1', '/2');
  await expect.poll(() => begun).toEqual(['/1']);
  client.destroy();
  await sleep(200);
  expect(begun).toEqual(['/1']);
});

it('takes as many in a row as it says, again and again', async () => {
  handle = (_, response) => response.end('!');
  for (const round of [1, 2, 3]) {
    ask(...Array.from({ length: 1 + PIPELINED_MAX }, () => '/'));
    await expect.poll(() => begun).toHaveLength(round * (1 + PIPELINED_MAX));
  }
});

it('cuts off whoever asks for more', async () => {
  handle = () => undefined;
  ask(...Array.from({ length: 2 + PIPELINED_MAX }, () => '/'));
  await once(client, 'close');
  expect(begun).toEqual(['/']);
});
