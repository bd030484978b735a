import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalPostgres, startPostgres } from '@pawl/local-postgres';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type ServerProcess, startServer, temporaryDir } from './server-process.ts';

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url));
/** Callers at work all the time. */
const CALLERS = 16;
/** How often a call is made before it counts as failed: a node that ends is missed once or twice. */
const TRIES = 20;
const PAUSE_MS = 50;

let postgres: LocalPostgres;
const root = temporaryDir();
let dirs = 0;
const running: ServerProcess[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.kill();
});
afterAll(async () => {
  await postgres.remove();
  rmSync(root, { recursive: true, force: true });
});

/** Each process has a folder of its own, for its log. */
function nextDir(): string {
  const dir = join(root, String(dirs++));
  mkdirSync(dir);
  return dir;
}

async function start(
  schema: string,
  options: { args?: string[]; port?: string } = {},
): Promise<ServerProcess> {
  const env = { DATABASE_URL: `${postgres.url}?schema=${schema}`, APP_PORT: options.port ?? '0' };
  const server = await startServer({ dir: nextDir(), env, args: options.args ?? [] });
  running.push(server);
  return server;
}

/** One that is gone already is not to be ended again. */
async function stop(server: ServerProcess): Promise<number | null> {
  running.splice(running.indexOf(server), 1);
  return server.stop();
}

interface Order {
  readonly order_id: string;
  readonly version: number;
}

/** Makes orders and moves them, each call with a key and again until it is answered. */
class Callers {
  /** Those that take calls; the next of them is tried where one does not answer. */
  readonly addresses: string[];
  readonly #known = new Map<string, number>();
  readonly #failures: string[] = [];
  #calls = 0;
  #isOver = false;
  readonly #working: Promise<unknown>;

  constructor(addresses: string[]) {
    this.addresses = addresses;
    this.#working = Promise.all(Array.from({ length: CALLERS }, (_, caller) => this.#call(caller)));
  }

  get calls(): number {
    return this.#calls;
  }

  /** The versions that were answered, by order. */
  async end(): Promise<{ failures: readonly string[]; known: ReadonlyMap<string, number> }> {
    this.#isOver = true;
    await this.#working;
    return { failures: this.#failures, known: this.#known };
  }

  async #call(caller: number): Promise<void> {
    while (!this.#isOver) {
      const made = await this.#ask(caller, '/orders', { items: [{ sku: 'A', qty: 1, price: '1.00' }] });
      if (made === undefined) return;
      for (const event of ['pay', 'ship', 'deliver'])
        await this.#ask(caller, `/orders/${made.order_id}/${event}`, {});
    }
  }

  async #ask(caller: number, path: string, body: object): Promise<Order | undefined> {
    const key = `${caller}-${path}-${this.#calls++}`;
    let last = '';
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const address = this.addresses[(caller + attempt) % this.addresses.length];
      try {
        const answer = await fetch(`${address}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': key },
          body: JSON.stringify(body),
        });
        last = `${answer.status} ${await answer.clone().text()}`;
        if (answer.ok) {
          const order = (await answer.json()) as Order;
          this.#known.set(order.order_id, Math.max(order.version, this.#known.get(order.order_id) ?? 0));
          return order;
        }
        if (answer.status < 500) break;
      } catch (error) {
        last = String((error as Error).cause ?? error);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    this.#failures.push(`${path}: ${last}`);
    return undefined;
  }
}

/** Each order is at the version that was answered, and has that many events. */
async function expectAgreement(address: string, known: ReadonlyMap<string, number>): Promise<void> {
  for (const [id, version] of known) {
    const page = (await (await fetch(`${address}/orders/${id}/events?limit=100`)).json()) as {
      data: { version: number }[];
    };
    expect(page.data.map((event) => event.version)).toEqual(
      Array.from({ length: version }, (_, index) => index + 1),
    );
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

it('nodes that are restarted one after the other under traffic fail no call that is made again (R0.10, R0.15)', async () => {
  const nodes = [await start('rolling'), await start('rolling')];
  const callers = new Callers(nodes.map(({ url }) => url));
  for (const [index, node] of nodes.entries()) {
    await pause(700);
    expect(await stop(node)).toBe(0);
    const next = await start('rolling');
    nodes[index] = next;
    callers.addresses[index] = next.url;
  }
  await pause(700);
  const { failures, known } = await callers.end();
  expect(failures).toEqual([]);
  expect(known.size).toBeGreaterThan(CALLERS);
  await expectAgreement(nodes[1]?.url ?? '', known);
}, 120_000);

it('workers share an address; one that is killed is replaced, and its calls are made again', async () => {
  const server = await start('workers', { args: ['--workers', '2'] });
  const before = childrenOf(server);
  expect(before).toHaveLength(2);
  const callers = new Callers([server.url]);
  await pause(700);
  process.kill(before[0] as number, 'SIGKILL');
  await expect
    .poll(() => childrenOf(server).filter((pid) => pid !== before[0]).length, { timeout: 20_000 })
    .toBe(2);
  await pause(1_500);
  const { failures, known } = await callers.end();
  expect(failures).toEqual([]);
  await expectAgreement(server.url, known);
  expect(await stop(server)).toBe(0);
}, 120_000);

it('whichever worker is asked shows the metrics of all', async () => {
  const server = await start('counting', { args: ['--workers', '2'] });
  for (let call = 0; call < 6; call++) await (await fetch(`${server.url}/health`)).text();
  const agent = { headers: { connection: 'close' } };
  const text = await (await fetch(`${server.url}/metrics`, agent)).text();
  const counts = [...text.matchAll(/^http_requests_total\{worker="(\d)",path="\/health",.*\} (\d+)$/gm)];
  expect(counts.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(6);
  const memory = [...text.matchAll(/^process_resident_memory_bytes\{worker="(\d)"\} \d+$/gm)];
  expect(memory.map(([, worker]) => worker)).toEqual(['1', '2']);
  expect(text.match(/^# TYPE http_requests_total /gm)).toHaveLength(1);
}, 60_000);

it('workers end after what they have been asked when the process that has started them is gone', async () => {
  const server = await start('orphans', { args: ['--workers', '2'] });
  const workers = childrenOf(server);
  await server.kill();
  await expect.poll(() => workers.filter(isAlive), { timeout: 20_000 }).toEqual([]);
}, 60_000);

it('what verifies a database finds nothing false beside nodes under traffic', async () => {
  const nodes = [await start('verified'), await start('verified')];
  const callers = new Callers(nodes.map(({ url }) => url));
  await pause(700);
  // The first does what `audit verify` and `stock verify` do as well.
  for (const command of ['doctor', 'stock repair --apply']) {
    const { status, stdout, stderr } = await pawl(command, `${postgres.url}?schema=verified`);
    expect([command, status, stderr]).toEqual([command, 0, '']);
    expect(stdout).toMatch(/every balance is the sum|Nothing is late/);
  }
  const { failures, known } = await callers.end();
  expect(failures).toEqual([]);
  expect(known.size).toBeGreaterThan(CALLERS);
}, 240_000);

it('more than one worker is refused where one process writes', async () => {
  const args = ['--workers', '2'];
  await expect(startServer({ dir: nextDir(), args })).rejects.toThrow('the server ended with 1');
});

/** Runs a command in a process of its own, as an operator does. */
async function pawl(
  command: string,
  database: string,
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...command.split(' '), '--database', database]);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...texts };
}

function childrenOf({ child }: ServerProcess): readonly number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
