import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startProgram } from '../servers/processes.ts';
import type { Database } from '../stores/database.ts';
import { openDatabase } from '../stores/open.ts';
import { withClient } from '../stores/postgres.ts';
import { freshOrders } from './measure.ts';

let database: Database;
let server: ServerProcess;
let ids: string[];

beforeAll(async () => {
  database = await openDatabase('postgres');
  ids = await freshOrders(database, 'retail', 3);
  const env = { BASELINE_URL: database.url, BASELINE_POOL: '4' };
  server = await startProgram(new URL('./server.ts', import.meta.url), env);
});

afterAll(async () => {
  await server?.stop();
  await database?.remove();
});

async function send(id: string | undefined, event: string, key?: string) {
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
  const url = `http://127.0.0.1:${server.port}/orders/${id}/${event}`;
  const answer = await fetch(url, { method: 'POST', body: '{}', headers });
  return { status: answer.status, body: (await answer.json()) as { status?: string; version?: number } };
}

test('a legal step is answered with the order, and leaves one event', async () => {
  const { status, body } = await send(ids[0], 'pay');
  expect(status).toBe(200);
  expect(body).toMatchObject({ order_id: ids[0], status: 'PAID', version: 2, amount_total: '19.98' });
  const events = await withClient(database.url, (client) =>
    client.query('SELECT version, status_from, status_to FROM by_hand_events WHERE order_id = $1', [ids[0]]),
  );
  expect(events.rows).toEqual([{ version: 2, status_from: 'CREATED', status_to: 'PAID' }]);
});

test('what is not legal, or not there, changes nothing and leaves the connection free', async () => {
  // At once, so that one that kept its lock would keep the others waiting.
  const refused = await Promise.all(Array.from({ length: 10 }, () => send(ids[1], 'ship')));
  expect(refused.map(({ status }) => status)).toEqual(Array(10).fill(422));
  expect((await send('00000000-0000-7000-8000-000000000000', 'pay')).status).toBe(404);
  expect((await send(ids[1], 'pay')).body).toMatchObject({ status: 'PAID', version: 2 });
});

test('one of many calls at once with the same key takes the step, and all get its answer', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(ids[2], 'pay', 'once')));
  expect(answers).toEqual(Array.from({ length: 8 }, () => answers[0]));
  expect(answers[0]).toMatchObject({ status: 200, body: { status: 'PAID', version: 2 } });
});
