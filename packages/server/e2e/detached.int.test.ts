import { describe, expect, it } from 'vitest';
import {
  accepted,
  damageOf,
  newOrder,
  OLD,
  oldOrders,
  parcel,
  useArchive,
} from '../src/archive/test/old-month.ts';
import { type Harness, startServer } from './http/harness.ts';

const tests = useArchive();
const FILE = `events-${OLD.text}.ndjson.gz`;
const DAY_MS = 86_400_000;

async function serve(at?: number): Promise<Harness> {
  return startServer({ workflows: [parcel], pawl: { store: await tests.store(at), taskSlots: 0 } });
}

/** Two orders of an archived month; the second has moved since. */
async function archived(): Promise<readonly [gone: string, moved: string]> {
  const [gone = '', moved = ''] = await oldOrders(tests, 'arrive', 2);
  await tests.archive();
  const pawl = await tests.node();
  accepted(await pawl.fire(moved, 'complain'));
  accepted(await pawl.fire(moved, 'return'));
  return [gone, moved];
}

describe('an order whose history is detached', () => {
  it('is read as always, and its trail says where the history is', async () => {
    const [gone] = await archived();
    const server = await serve();
    expect(await server.call('GET', `/orders/${gone}`)).toMatchObject({
      status: 200,
      body: { status: 'HERE' },
    });
    const problem = {
      code: 'history-detached',
      detail: `What was asked for was detached and is archived in ${FILE}.`,
      archives: [FILE],
    };
    for (const query of ['', '?order=desc', '?offset=1']) {
      const answer = await server.call('GET', `/orders/${gone}/events${query}`);
      expect(answer).toMatchObject({ status: 410, body: problem });
      expect(answer.body.next_cursor).toBeUndefined();
    }
    expect(await server.call('GET', `/orders/${gone}/events?offset=3`)).toMatchObject({
      status: 200,
      body: { data: [] },
    });
    const past = await server.call('GET', `/orders/${gone}?version=2`);
    const detail = `What ${gone} was at version 2 was detached and is archived in ${FILE}.`;
    expect(past).toMatchObject({ status: 410, body: { code: 'history-detached', detail, order_id: gone } });
    expect(await server.call('GET', `/orders/${gone}?version=3`)).toMatchObject({ status: 200 });
    expect(server.faults).toEqual([]);
  });

  it('shows its trail from the first version that is left on', async () => {
    const [, moved] = await archived();
    const server = await serve();
    const versions = ({ data }: { data: readonly { version: number }[] }) =>
      data.map(({ version }) => version);
    const page = await server.call('GET', `/orders/${moved}/events`);
    expect([page.status, versions(page.body), page.body.next_cursor]).toEqual([200, [4, 5], null]);
    const early = await server.call('GET', `/orders/${moved}/events?offset=1`);
    expect(early.status).toBe(410);
    const next = await server.call('GET', `/orders/${moved}/events?cursor=${early.body.next_cursor}`);
    expect(versions(next.body)).toEqual([4, 5]);
    const back = await server.call('GET', `/orders/${moved}/events?order=desc`);
    expect(versions(back.body)).toEqual([5, 4]);
    const before = await server.call(
      'GET',
      `/orders/${moved}/events?order=desc&cursor=${back.body.next_cursor}`,
    );
    expect(before).toMatchObject({ status: 410, body: { code: 'history-detached' } });
  });

  it('proves the events that are left, and is no damage', async () => {
    const [gone, moved] = await archived();
    const pawl = await tests.node();
    expect(await damageOf(pawl)).toEqual([]);
    await tests.sql(`UPDATE events SET previous_hash = NULL WHERE version = 4`);
    expect(await damageOf(pawl)).toMatchObject([
      { id: moved, faults: [expect.stringContaining('event-hash')] },
    ]);
    await tests.sql(`DELETE FROM events WHERE version = 5; UPDATE orders SET version = 9 WHERE version = 3`);
    expect((await damageOf(pawl)).map(({ id }) => id)).toEqual([moved]);
    // An order that nobody has archived does not get off.
    const young = accepted(await pawl.create(newOrder)).order;
    await tests.sql(`DELETE FROM events WHERE version = 1`);
    expect((await damageOf(pawl)).map(({ id }) => id)).toEqual([moved, young.id].sort());
    expect(gone < young.id).toBe(true);
  });
});

describe('a reader of the feed', () => {
  it('that comes from before its beginning is told where it goes on', async () => {
    const [first] = await oldOrders(tests, 'arrive', 1);
    const server = await serve();
    const { body } = await server.call('GET', '/events?limit=1');
    expect(body.data).toMatchObject([{ subject: first }]);
    await tests.archive();
    const young = accepted(await (await tests.node()).create(newOrder)).order;
    const late = await server.call('GET', `/events?after=${body.next_cursor}`);
    expect(late).toMatchObject({
      status: 410,
      body: {
        code: 'history-detached',
        archives: [FILE],
        detail: expect.stringContaining('Go on with the cursor'),
      },
    });
    const next = await server.call('GET', `/events?after=${late.body.next_cursor}`);
    expect(next.body.data).toMatchObject([{ subject: young.id }]);
  });

  it('that begins at the beginning begins behind it', async () => {
    await oldOrders(tests, 'arrive', 1);
    await tests.archive();
    const server = await serve();
    expect((await server.call('GET', '/events')).body.data).toEqual([]);
    const young = accepted(await (await tests.node()).create(newOrder)).order;
    expect((await server.call('GET', '/events')).body.data).toMatchObject([{ subject: young.id }]);
  });

  it('that has asked before there was anything has missed what is detached', async () => {
    const server = await serve();
    const { body } = await server.call('GET', '/events');
    await oldOrders(tests, 'arrive', 1);
    await tests.archive();
    expect((await server.call('GET', `/events?after=${body.next_cursor}`)).status).toBe(410);
  });
});

it('a call repeated under its key is told that what it was answered is archived', async () => {
  const before = await serve(OLD.from + DAY_MS);
  const call = (server: Harness) =>
    server.call('POST', '/orders', { body: newOrder, headers: { 'idempotency-key': 'k-1' } });
  const { body } = await call(before);
  for (const event of ['send', 'arrive'])
    await before.call('POST', `/orders/${body.order_id}/${event}`, { body: {} });
  await tests.archive();
  await tests.sql('UPDATE idempotency_keys SET expires_at = $1', [Date.now() + DAY_MS]);
  const after = await serve();
  expect(await call(after)).toMatchObject({
    status: 410,
    body: { code: 'history-detached', archives: [FILE] },
  });
  expect(after.faults).toEqual([]);
});
