import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { databaseIn, type ServerProcess, startServer, temporaryDir } from './server-process.ts';

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url));
const ROUNDS = 10;
const CLIENTS = 16;
const LIFE = ['pay', 'ship', 'deliver', 'return'];

const dir = temporaryDir();
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A call that was answered: it must hold for ever. */
interface Acknowledged {
  readonly path: string;
  readonly key: string;
  readonly body: string;
  readonly status: number;
  readonly order: { readonly order_id: string; readonly version: number; readonly status: string };
}

it('SIGKILL under load, ten times: no acknowledged step is lost, every chain is whole, keys replay (R0.11, R0.14)', async () => {
  const acknowledged: Acknowledged[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const server = await startServer({ dir });
    const before = acknowledged.length;
    const load = Promise.all(
      Array.from({ length: CLIENTS }, (_, client) =>
        liveUntilKilled(server.url, round, client, acknowledged),
      ),
    );
    // However busy the machine is: each round gets something done before it ends.
    await expect
      .poll(() => acknowledged.length, { timeout: 20_000, interval: 10 })
      .toBeGreaterThan(before + CLIENTS);
    await new Promise((resolve) => setTimeout(resolve, 60 * round));
    await server.kill();
    await load;
  }

  const server = await startServer({ dir });
  await expectNothingLost(server, acknowledged);
  await expectReplays(
    server,
    acknowledged.filter((_, index) => index % 10 === 0),
  );
  expect(await server.stop()).toBe(0);
  const report = execFileSync(process.execPath, [
    MAIN,
    'audit',
    'verify',
    '--database',
    `sqlite:${databaseIn(dir)}`,
  ]);
  expect(report.toString()).toMatch(/0 broken|no .*broken|whole/i);
}, 180_000);

/** One order after the other through its life, each call with a key, until the server is gone. */
async function liveUntilKilled(
  url: string,
  round: number,
  client: number,
  acknowledged: Acknowledged[],
): Promise<void> {
  for (let life = 0; ; life++) {
    const name = `${round}-${client}-${life}`;
    const body = JSON.stringify({ customer_id: name, items: [{ sku: 'A', qty: 2, price: '9.99' }] });
    const created = await call(url, '/orders', body, `create-${name}`).catch(() => null);
    if (created === null) return;
    acknowledged.push(created);
    for (const event of LIFE) {
      const path = `/orders/${created.order.order_id}/${event}`;
      const moved = await call(url, path, '{}', `${event}-${name}`).catch(() => null);
      if (moved === null) return;
      acknowledged.push(moved);
    }
  }
}

async function call(url: string, path: string, body: string, key: string): Promise<Acknowledged> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const answer = await fetch(url + path, { method: 'POST', headers, body });
  const order = (await answer.json()) as Acknowledged['order'];
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(order)}`);
  return { path, key, body, status: answer.status, order };
}

/** Each acknowledged version stands in its order's trail, leading to the state that was answered. */
async function expectNothingLost(
  { url }: ServerProcess,
  acknowledged: readonly Acknowledged[],
): Promise<void> {
  const trails = new Map<string, string[]>();
  for (const { order } of acknowledged) {
    let trail = trails.get(order.order_id);
    if (trail === undefined) {
      const answer = await fetch(`${url}/orders/${order.order_id}/events`);
      const { data } = (await answer.json()) as { data: { version: number; to: string }[] };
      expect(data.map(({ version }) => version)).toEqual(data.map((_, index) => index + 1));
      trail = data.map(({ to }) => to);
      trails.set(order.order_id, trail);
    }
    expect(trail[order.version - 1], `${order.order_id}:${order.version}`).toBe(order.status);
  }
}

async function expectReplays({ url }: ServerProcess, sample: readonly Acknowledged[]): Promise<void> {
  for (const { path, key, body, status, order } of sample) {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const answer = await fetch(url + path, { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('idempotency-replayed')).toBe('true');
    expect(await answer.json()).toEqual(order);
  }
}
