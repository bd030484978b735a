import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient, type DomainEvent } from '@pawl/client';
import { afterEach, describe, expect, test } from 'vitest';
import { load, type ServerProcess, startServer, WORKFLOWS_DIR } from '../test/server-process.ts';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));

let server: ServerProcess;

afterEach(() => server.stop());

function loadRows(directory = DATA, settings: Readonly<Record<string, string>> = {}) {
  const files = ['orders', 'items', 'payments'].flatMap((name) => [
    `--${name}`,
    join(directory, `${name}.csv`),
  ]);
  return load([...files, '--url', server.url], settings);
}

async function allEvents(apiKey?: string): Promise<DomainEvent[]> {
  const events: DomainEvent[] = [];
  for await (const { event } of createClient({ baseUrl: server.url, apiKey }).events()) events.push(event);
  return events;
}

async function orderNamed(externalId: string) {
  const { data } = await createClient({ baseUrl: server.url }).listOrders({ external_id: externalId });
  const [order] = data;
  if (order === undefined) throw new Error(`no order ${externalId}`);
  return order;
}

describe('the ten rows', () => {
  test('are loaded to the cent, each to its status, at the times of the data (R2.05)', async () => {
    server = await startServer();
    const { code, out } = await loadRows();
    expect(out).toContain('10  orders = 9 loaded + 1 refused');
    expect(out).toContain('The account balances.');
    expect(code).toBe(0);
    const delivered = await orderNamed('made-up-07');
    expect(delivered).toMatchObject({
      status: 'DELIVERED',
      amount_total: '27.28',
      currency: 'BRL',
      version: 4,
    });
    const { data } = await createClient({ baseUrl: server.url }).trail(delivered.order_id);
    // The carrier had it before the bank said yes: kept as it is told.
    expect(data.map(({ to, occurred_at }) => [to, occurred_at])).toEqual([
      ['CREATED', '2024-03-04T16:00:00.000Z'],
      ['APPROVED', '2024-03-06T12:00:00.000Z'],
      ['SHIPPED', '2024-03-05T18:00:00.000Z'],
      ['DELIVERED', '2024-03-11T14:00:00.000Z'],
    ]);
  });

  test('keep equal pieces as one line, and freight as a line of its own', async () => {
    server = await startServer();
    await loadRows();
    expect((await orderNamed('made-up-03')).items).toEqual([
      { sku: 'notebook', qty: 3, price: '7.35' },
      { sku: 'freight', qty: 1, price: '10.00' },
    ]);
    expect((await orderNamed('made-up-02')).items).toHaveLength(1);
  });

  test('loaded again change nothing (R0.14, R2.03)', async () => {
    server = await startServer();
    const first = await loadRows();
    const before = await allEvents();
    const second = await loadRows();
    expect(second).toEqual(first);
    expect(await allEvents()).toEqual(before);
  });

  test('loaded again change nothing when the keys have expired (R0.14, R2.03)', async () => {
    server = await startServer({ IDEMPOTENCY_TTL_S: '1' });
    const first = await loadRows();
    const before = await allEvents();
    await sleep(1_500);
    expect(await loadRows()).toEqual(first);
    expect(await allEvents()).toEqual(before);
  });

  test('go on from where an earlier load was cut short', async () => {
    server = await startServer({ IDEMPOTENCY_TTL_S: '1' });
    const directory = await mkdtemp(join(tmpdir(), 'pawl-rows-'));
    for (const name of ['orders', 'items', 'payments']) {
      const text = await readFile(join(DATA, `${name}.csv`), 'utf8');
      const cut = text.replace(/,delivered,(.*),[^,]*,([^,]*)$/gm, ',shipped,$1,,$2');
      await writeFile(join(directory, `${name}.csv`), cut);
    }
    expect((await loadRows(directory)).code).toBe(0);
    await rm(directory, { recursive: true });
    expect((await orderNamed('made-up-06')).status).toBe('SHIPPED');
    const { code, out } = await loadRows();
    expect(code, out).toBe(0);
    expect(await orderNamed('made-up-06')).toMatchObject({ status: 'DELIVERED', version: 4 });
  });

  test('do not balance, and say so, where somebody has changed an order in the service', async () => {
    server = await startServer();
    await loadRows();
    const { order_id } = await orderNamed('made-up-07');
    await createClient({ baseUrl: server.url }).send(order_id, 'cancel');
    const { code, out } = await loadRows();
    expect(code).toBe(1);
    expect(out).toContain('1 orders are not in the service as in the files: made-up-07');
    expect(out).toContain('THE ACCOUNT DOES NOT BALANCE.');
  });
});

describe('with keys configured', () => {
  const settingsFor = (roles: string) => ({
    APP_ENV: 'prod',
    API_KEYS: `${createHash('sha256').update('made-up-key').digest('hex')}:shop:loader:${roles}`,
  });
  const key = { PAWL_API_KEY: 'made-up-key' };

  test('importer and operator are enough', async () => {
    server = await startServer({ ...settingsFor('importer+operator'), WORKFLOWS_DIR });
    expect(await loadRows(DATA, key)).toMatchObject({ code: 0 });
    expect(await allEvents('made-up-key')).toHaveLength(27);
  });

  test('a loader that may not deploy says how the workflow gets there', async () => {
    server = await startServer(settingsFor('importer+operator'));
    const { code, err } = await loadRows(DATA, key);
    expect(code).toBe(1);
    expect(err).toContain('WORKFLOWS_DIR');
  });

  test('a loader that may not import says which roles it needs, and has loaded nothing', async () => {
    server = await startServer({ ...settingsFor('operator'), WORKFLOWS_DIR });
    const { code, err } = await loadRows(DATA, key);
    expect(code).toBe(1);
    expect(err).toContain('needs importer and operator');
    expect(await allEvents('made-up-key')).toEqual([]);
  });
});

test('a server that is not there ends the load with its address', async () => {
  server = await startServer();
  await server.stop();
  const { code, err } = await loadRows();
  expect(code).toBe(1);
  expect(err).toContain(server.url);
});

test('files of another kind end the load with the column that is missing', async () => {
  server = await startServer();
  const orders = join(DATA, 'orders.csv');
  const { code, err } = await load([
    '--orders',
    orders,
    '--items',
    orders,
    '--payments',
    orders,
    '--url',
    server.url,
  ]);
  expect(code).toBe(1);
  expect(err).toContain('has no column order_item_id');
});

test('wrong arguments end with 2 and the usage', async () => {
  server = await startServer();
  expect(await load(['--orders', 'x.csv'])).toMatchObject({ code: 2, out: '' });
  expect(await load(['--help'])).toMatchObject({ code: 0, err: '' });
});
