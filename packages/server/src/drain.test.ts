import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from 'pawl';
import { afterEach, describe, expect, it } from 'vitest';
import { type Connections, watchConnections } from './drain.ts';

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

interface Rig {
  readonly connections: Connections;
  readonly port: number;
  readonly dial: (text?: string) => Promise<Client>;
}

interface Client {
  readonly socket: Socket;
  /** All that was received. */
  readonly received: () => string;
  /** Resolves when the server has closed. */
  readonly closed: Promise<unknown>;
}

/** More than the system buffers on its own for a client that does not read: bytes. */
const LARGE_BYTES = 32 * 1_048_576;

/** Answers `/slow` after 300 ms, `/never` not at all, `/large` at length, everything else at once, each after its body. */
async function rig(): Promise<Rig> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (request.url?.startsWith('/never')) return;
      const answer = request.url === '/large' ? Buffer.alloc(LARGE_BYTES) : 'done';
      setTimeout(() => response.end(answer), request.url === '/slow' ? 300 : 0);
    });
  });
  const connections = watchConnections(server, systemClock);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, connections, dial: (text) => dialTo(port, text) };
}

async function dialTo(port: number, text = ''): Promise<Client> {
  const socket = connect(port, '127.0.0.1');
  open.push(socket);
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  await sleep(50);
  return { socket, received: () => received, closed };
}

async function timed<T>(work: Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const began = performance.now();
  const value = await work;
  return { value, ms: performance.now() - began };
}

describe('drain (R0.10)', () => {
  it('gives the answer in flight with Connection: close, and refuses new connections', async () => {
    const { port, connections, dial } = await rig();
    const client = await dial('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    const draining = connections.drain(5_000);
    await sleep(100);
    await expect(dialTo(port)).rejects.toThrow('ECONNREFUSED');
    expect(await draining).toEqual([]);
    await client.closed;
    expect(client.received()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close[\s\S]*done/i);
  });

  it('answers what was sent just before, on a connection that was idle', async () => {
    const { connections, dial } = await rig();
    const client = await dial('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    client.socket.write('GET /again HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await connections.drain(5_000)).toEqual([]);
    await client.closed;
    expect(client.received()).toMatch(/keep-alive[\s\S]*done[\s\S]*connection: close[\s\S]*done/i);
  });

  it('closes idle connections at once', async () => {
    const { connections, dial } = await rig();
    const client = await dial('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(client.received()).toMatch(/connection: keep-alive/i);
    const { value, ms } = await timed(connections.drain(5_000));
    expect(value).toEqual([]);
    expect(ms).toBeLessThan(500);
  });

  it('does not wait for connections that never sent a byte', async () => {
    const { connections, dial } = await rig();
    await dial();
    const { value, ms } = await timed(connections.drain(5_000));
    expect(value).toEqual([]);
    expect(ms).toBeLessThan(1_000);
  });

  it('answers a request whose rest arrives during the drain', async () => {
    const { connections, dial } = await rig();
    const head = await dial('GET / HTTP/1.1\r\nHo');
    const body = await dial('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab');
    const draining = connections.drain(5_000);
    await sleep(150);
    head.socket.write('st: x\r\n\r\n');
    body.socket.write('cd');
    expect(await draining).toEqual([]);
    await Promise.all([head.closed, body.closed]);
    for (const client of [head, body]) expect(client.received()).toMatch(/connection: close[\s\S]*done/i);
  });

  it('cuts clients that trickle before the time is up, and calls that clean', async () => {
    const { connections, dial } = await rig();
    await dial('GET / HTTP/1.1\r\nHo');
    await dial('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab');
    const { value, ms } = await timed(connections.drain(1_000));
    expect(value).toEqual([]);
    expect(ms).toBeGreaterThan(450);
    expect(ms).toBeLessThan(950);
  });

  it('cuts clients that do not read what they are answered, and calls that clean', async () => {
    const { connections, dial } = await rig();
    const client = await dial();
    client.socket.pause();
    client.socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    await sleep(50);
    const { value, ms } = await timed(connections.drain(1_000));
    expect(value).toEqual([]);
    expect(ms).toBeGreaterThan(450);
    expect(ms).toBeLessThan(950);
  });

  it('cuts them also where further requests wait behind the answer', async () => {
    const { connections, dial } = await rig();
    const client = await dial();
    client.socket.pause();
    client.socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /never HTTP/1.1\r\nHost: x\r\n\r\n');
    await sleep(50);
    const { value, ms } = await timed(connections.drain(1_000));
    expect(value).toEqual([]);
    expect(ms).toBeLessThan(950);
  });

  it('waits for a client that reads slowly', async () => {
    const { connections, dial } = await rig();
    const { socket, closed } = await dial();
    socket.removeAllListeners('data');
    let read = 0;
    socket.on('data', (chunk) => {
      read += chunk.length;
      socket.pause();
      setTimeout(() => socket.resume(), 1);
    });
    socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    await sleep(50);
    expect(await connections.drain(20_000)).toEqual([]);
    await closed;
    expect(read).toBeGreaterThan(LARGE_BYTES);
  });

  it('names what was not answered in time, without its query, and cuts it', async () => {
    const { connections, dial } = await rig();
    const client = await dial('GET /never?token=s3cret HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await connections.drain(300)).toEqual(['GET /never']);
    await client.closed;
  });
});
