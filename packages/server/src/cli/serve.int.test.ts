import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const MAIN = join(root, 'packages/server/src/main.js');
const ORDER = JSON.stringify({ items: [{ sku: 'A-1', qty: 2, price: '9.99' }] });

let directory: string;
const running: Server[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-serve-'));
});
afterEach(async () => {
  for (const server of running.splice(0)) {
    server.child.kill('SIGKILL');
    await server.exit;
  }
  rmSync(directory, { recursive: true, force: true });
});

interface Server {
  readonly child: ChildProcess;
  /** The exit code, or the signal that ended it. */
  readonly exit: Promise<number | string | null>;
  readonly out: () => string;
  readonly err: () => string;
}

interface ReadyServer extends Server {
  readonly address: string;
  readonly port: number;
}

/** A real process with nothing of our own environment but the path. */
function launch(env: Record<string, string> = {}, args: readonly string[] = ['serve']): Server {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: directory,
    env: { PATH: process.env['PATH'], ...env },
  });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.err += chunk;
  });
  const exit = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const server = { child, exit, out: () => texts.out, err: () => texts.err };
  running.push(server);
  return server;
}

async function launchReady(env: Record<string, string> = {}): Promise<ReadyServer> {
  const server = launch({ APP_PORT: '0', ...env });
  await expect.poll(server.err, { timeout: 20_000, interval: 10 }).toContain('is ready');
  const address = /API (http:\S+),/.exec(server.err())?.[1] ?? '';
  return { ...server, address, port: Number(new URL(address).port) };
}

interface LogLine {
  readonly ts: string;
  readonly level: string;
  readonly message?: string;
  readonly action?: string;
  readonly status?: number;
}

function linesOf(text: string): LogLine[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function post(
  address: string,
  path: string,
  body: string,
  agent?: Agent,
): Promise<{ status: number; body: string }> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const call = httpRequest(`${address}${path}`, { method: 'POST', headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', reject);
    });
    call.on('error', reject).end(body);
  });
}

async function dial(port: number, text: string): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(text);
  await sleep(100);
  return { socket, received: () => received };
}

describe('pawl serve (R2.10, R1.07)', () => {
  it('serves with no settings, logs JSON lines only, and ends with 0', async () => {
    const server = await launchReady();
    const created = await post(server.address, '/orders', ORDER);
    expect(created.status).toBe(201);
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    const lines = linesOf(server.out());
    expect(lines.map(({ action, message }) => action ?? message)).toEqual([
      'ready',
      'create_order',
      'draining',
      'drained',
    ]);
    for (const { ts, level } of lines) {
      expect([ts, level]).toEqual([
        expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        'INFO',
      ]);
    }
    expect(server.err().trimEnd().split('\n')).toHaveLength(1);
    expect(server.err()).toContain(`${server.address}/docs`);
  });

  it('keeps orders over a restart', async () => {
    const first = await launchReady();
    const { order_id } = JSON.parse((await post(first.address, '/orders', ORDER)).body);
    first.child.kill('SIGTERM');
    await first.exit;
    const second = await launchReady();
    expect((await fetch(`${second.address}/orders/${order_id}`)).status).toBe(200);
  });

  it('boots with .env.example as copied; the real environment wins', async () => {
    copyFileSync(join(root, '.env.example'), join(directory, '.env'));
    const server = await launchReady();
    expect(await (await fetch(`${server.address}/readyz`)).json()).toMatchObject({ status: 'ok' });
  });

  it('names all wrong settings at once and ends with 1', async () => {
    const server = launch({
      APP_ENV: 'prod',
      APP_PORT: 'http',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mongodb://u:hunter2@h',
    });
    expect(await server.exit).toBe(1);
    const problems = server.err().trimEnd().split('\n');
    expect(problems.map((line) => line.split(' ')[1])).toEqual([
      'APP_PORT',
      'DATABASE_URL',
      'LOG_LEVEL',
      'API_KEYS',
    ]);
    expect(server.err()).not.toContain('hunter2');
    expect(server.out()).toBe('');
  });

  it('asks for keys with APP_ENV=prod, and lets nobody else in', async () => {
    const hash = createHash('sha256').update('a-secret-key').digest('hex');
    const server = await launchReady({ APP_ENV: 'prod', API_KEYS: `${hash}:acme:shop:operator+viewer` });
    expect((await post(server.address, '/orders', ORDER)).status).toBe(401);
    const headers = { authorization: 'Bearer a-secret-key' };
    expect((await fetch(`${server.address}/orders`, { headers })).status).toBe(200);
    server.child.kill('SIGTERM');
    await server.exit;
    expect(server.out()).not.toContain('a-secret-key');
  });

  it('does not start with a broken workflow file, or with a default workflow that nobody deployed', async () => {
    writeFileSync(
      join(directory, 'mine.yaml'),
      'name: mine\ninitial: A\nstates:\n  A: { on: { go: NOWHERE } }\n',
    );
    const broken = launch({ WORKFLOWS_DIR: '.', APP_PORT: '0' });
    expect(await broken.exit).toBe(1);
    expect(broken.err()).toMatch(/mine\.yaml:4:\d+ error /);
    const unknown = launch({ DEFAULT_WORKFLOW: 'mine', APP_PORT: '0' });
    expect(await unknown.exit).toBe(1);
    expect(unknown.err()).toMatch(/DEFAULT_WORKFLOW .*allowed: .*retail/);
  });

  it('deploys a file only if its content was never deployed under its name', async () => {
    const text = (state: string) =>
      `name: mine\ninitial: A\nstates:\n  A: { on: { go: ${state} } }\n  ${state}: { final: true }\n`;
    const versions: number[] = [];
    for (const state of ['B', 'B', 'C', 'B']) {
      writeFileSync(join(directory, 'mine.yaml'), text(state));
      const server = await launchReady({ WORKFLOWS_DIR: '.' });
      versions.push(
        ((await (await fetch(`${server.address}/workflows/mine`)).json()) as { version: number }).version,
      );
      server.child.kill('SIGTERM');
      await server.exit;
    }
    expect(versions).toEqual([1, 1, 2, 2]);
  });

  it('names the setting when the port is taken or the database cannot be opened', async () => {
    const first = await launchReady();
    const samePort = launch({ APP_PORT: String(first.port), DATABASE_URL: 'sqlite:other.db' });
    expect(await samePort.exit).toBe(1);
    expect(samePort.err()).toMatch(/APP_PORT.*another program listens there/);
    const sameFile = launch({ APP_PORT: '0' });
    expect(await sameFile.exit).toBe(1);
    expect(sameFile.err()).toMatch(/DATABASE_URL: .*pawl\.db/);
  });
});

describe('the end of pawl serve (R0.10)', () => {
  it('gives every answer in flight, loses none, and resets no busy connection', async () => {
    const server = await launchReady({ LOG_FILE: 'pawl.log' });
    const agent = new Agent({ keepAlive: true, maxSockets: 32 });
    const ids: string[] = [];
    const failures: string[] = [];
    let ending = false;
    async function client(): Promise<void> {
      while (true) {
        try {
          const { status, body } = await post(server.address, '/orders', ORDER, agent);
          if (status === 201) ids.push(JSON.parse(body).order_id);
          else failures.push(`${status} ${body}`);
        } catch (error) {
          // Nobody listens any more: nothing was sent, so a client may try the next node without a second thought.
          const { syscall, message } = error as NodeJS.ErrnoException;
          if (syscall !== 'connect' || !ending) failures.push(message);
          return;
        }
      }
    }
    const clients = Array.from({ length: 32 }, client);
    await expect.poll(() => ids.length, { timeout: 10_000 }).toBeGreaterThan(200);
    ending = true;
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    await Promise.all(clients);
    agent.destroy();
    expect(failures).toEqual([]);
    const lines = linesOf(readFileSync(join(directory, 'pawl.log'), 'utf8'));
    expect(lines.filter(({ action }) => action === 'create_order')).toHaveLength(ids.length);

    const again = await launchReady();
    const found = await Promise.all(ids.slice(-200).map((id) => fetch(`${again.address}/orders/${id}`)));
    expect(found.every(({ status }) => status === 200)).toBe(true);
  });

  it('is not held up by half-open and slow clients', async () => {
    const server = await launchReady({ SHUTDOWN_GRACE_S: '4' });
    await dial(server.port, '');
    await dial(server.port, 'GET /health HTT');
    await dial(
      server.port,
      'POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    );
    const began = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    expect(performance.now() - began).toBeLessThan(3_500);
  });

  it('shows /readyz 503 while it waits for load balancers, and still answers with Connection: close', async () => {
    const server = await launchReady({ SHUTDOWN_DELAY_S: '1' });
    server.child.kill('SIGTERM');
    await expect
      .poll(async () => (await fetch(`${server.address}/readyz`)).status, { interval: 20 })
      .toBe(503);
    const health = await fetch(`${server.address}/health`);
    expect([health.status, health.headers.get('connection')]).toEqual([200, 'close']);
    expect(await server.exit).toBe(0);
  });

  it('ends with 1 after its bound, saying what was still open', async () => {
    const server = await launchReady({ SHUTDOWN_GRACE_S: '1' });
    // More answers than the buffers between us hold, and clients that read nothing of them.
    const sockets = Array.from({ length: 4 }, () => connect(server.port, '127.0.0.1').pause());
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      for (let i = 0; i < 8; i++)
        socket.write('GET /docs/static/swagger-ui-bundle.js?q=s3cret HTTP/1.1\r\nHost: localhost\r\n\r\n');
    }
    // Until no more of them leave.
    let left = '';
    const leaves = async () => {
      const before = left;
      const metrics = await fetch(`${server.address}/metrics`);
      left = /^http_requests_total\{path="\/docs.*$/m.exec(await metrics.text())?.[0] ?? '';
      return left === '' || left !== before;
    };
    await expect.poll(leaves, { interval: 200, timeout: 10_000 }).toBe(false);
    const began = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(1);
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(server.err()).toContain('ended before all was answered: GET /docs/static/swagger-ui-bundle.js');
    expect(server.err() + server.out()).not.toContain('s3cret');
    for (const socket of sockets) socket.destroy();
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'follows %s, and a second one ends it at once',
    async (signal) => {
      const server = await launchReady({ SHUTDOWN_DELAY_S: '60' });
      server.child.kill(signal);
      await expect.poll(server.out, { interval: 10 }).toContain('"draining"');
      const began = performance.now();
      server.child.kill(signal);
      expect(await server.exit).toBe({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal]);
      expect(performance.now() - began).toBeLessThan(1_000);
      expect(linesOf(server.out()).at(-1)).toMatchObject({
        level: 'WARN',
        message: 'ended by a second signal',
      });
    },
  );
});
