import type { Pawl } from 'pawl';
import type { Client } from 'pg';
import { expect, it, vi } from 'vitest';
import type { ArchiveOutcome, Progress } from './archive-month.ts';
import { accepted, damageOf, newOrder, oldOrders, useArchive } from './test/old-month.ts';

const tests = useArchive();
/** How long the other program reads, milliseconds. */
const READING_MS = 4_000;
/** A call waits for the exchange, which is held up for a second here; one that waited for a lock in vain would take this long. */
const CALL_MS_MAX = 5_000;

/** Makes orders and moves them until it is ended; every call must succeed. */
class Caller {
  readonly known = new Map<string, number>();
  longestMs = 0;
  calls = 0;
  #isOver = false;
  readonly #working: Promise<void>;

  constructor(pawl: Pawl) {
    this.#working = this.#work(pawl);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#working;
  }

  async #work(pawl: Pawl): Promise<void> {
    while (!this.#isOver) {
      const { id } = (await this.#timed(() => pawl.create(newOrder))).order;
      for (const event of ['send', 'arrive', 'return'])
        this.known.set(id, (await this.#timed(() => pawl.fire(id, event))).order.version);
    }
  }

  async #timed(call: () => ReturnType<Pawl['create']>) {
    const began = performance.now();
    const outcome = accepted(await call());
    this.longestMs = Math.max(this.longestMs, performance.now() - began);
    this.calls++;
    return outcome;
  }
}

/** Whether the swap is at work, held up where it writes what it has done. */
async function isSwapping(client: Client): Promise<boolean> {
  const found = await client.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'`);
  return found.rows.length > 0;
}

it('a month is detached while two nodes are called, another reads for long, and its own orders move: no call fails', async () => {
  const old = await oldOrders(tests, 'arrive', 20);
  const nodes = [await tests.node(), await tests.node()] as const;
  const callers = [...nodes, ...nodes].map((node) => new Caller(node));
  const watcher = await tests.client();
  // The moment at which the part is exchanged is made long enough to be met.
  await watcher.query(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$`);
  await watcher.query(
    `CREATE TRIGGER slow BEFORE INSERT ON detached_parts FOR EACH ROW EXECUTE FUNCTION slow()`,
  );
  const reader = await tests.client();
  await reader.query('BEGIN');
  await reader.query('SELECT count(*) FROM events');
  await new Promise((resolve) => setTimeout(resolve, 1_100));

  let waits = 0;
  const tell = ({ step }: Progress) => {
    if (step === 'waiting') waits++;
  };
  const archiving: Promise<ArchiveOutcome> = tests.archive({ tell });
  const before = callers.reduce((sum, { calls }) => sum + calls, 0);
  await new Promise((resolve) => setTimeout(resolve, READING_MS));
  const during = callers.reduce((sum, { calls }) => sum + calls, 0) - before;
  expect(waits).toBeGreaterThan(1);
  expect(during).toBeGreaterThan(10);
  expect(await tests.sql('SELECT 1 FROM detached_parts')).toEqual([]);

  await reader.query('COMMIT');
  await vi.waitFor(async () => expect(await isSwapping(watcher)).toBe(true), {
    timeout: 20_000,
    interval: 5,
  });
  // At this very moment orders of the month move, on both nodes.
  const moved = await Promise.all(old.map((id, index) => (nodes[index % 2] as Pawl).fire(id, 'return')));
  expect(await archiving).toMatchObject({ kind: 'done', parts: [{ orders: 20, events: 60 }] });
  await Promise.all(callers.map((caller) => caller.end()));

  expect(moved.map((outcome) => accepted(outcome).order.version)).toEqual(old.map(() => 4));
  expect(Math.max(...callers.map(({ longestMs }) => longestMs))).toBeLessThan(CALL_MS_MAX);
  const known = callers.flatMap((caller) => [...caller.known]);
  const [node] = nodes;
  for (const [id, version] of known) expect((await node.get(1, id))?.version).toBe(version);
  // Nothing that was committed since is missing from the feed, and every chain goes on.
  const seen = new Map<string, number>();
  for (let after: number | null = null; ; ) {
    const page: Awaited<ReturnType<Pawl['feed']>> = await node.feed({ tenant: 1, after, limit: 500 });
    for (const { head } of page.events) seen.set(head.orderId, head.version);
    if (page.events.length === 0) break;
    after = page.next;
  }
  for (const [id, version] of known) expect(seen.get(id)).toBe(version);
  for (const id of old) expect(seen.get(id)).toBe(4);
  expect(await damageOf(node)).toEqual([]);
}, 60_000);

it('an order of the month that moves while the archive waits stands in its way, and keeps what it has done', async () => {
  const [id = ''] = await oldOrders(tests, 'arrive', 1);
  const pawl = await tests.node();
  const reader = await tests.client();
  await reader.query('BEGIN');
  await reader.query('SELECT count(*) FROM events');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  let waits = 0;
  const archiving = tests.archive({ tell: () => waits++ });
  await vi.waitFor(() => expect(waits).toBeGreaterThan(0), { timeout: 20_000 });
  accepted(await pawl.fire(id, 'return'));
  await reader.query('COMMIT');
  expect(await archiving).toEqual({ kind: 'moved' });
  expect(await tests.sql('SELECT count(*)::integer AS events FROM events')).toEqual([{ events: 4 }]);
  expect(await pawl.trail({ tenant: 1, orderId: id, direction: 'asc', after: 0, limit: 9 })).toHaveLength(4);
});

it('an order of the month that moves at the last moment, as the part is about to be exchanged, stands in its way', async () => {
  await oldOrders(tests, 'arrive', 1);
  const [reader, mover, watcher] = [await tests.client(), await tests.client(), await tests.client()];
  await reader.query('BEGIN');
  await reader.query('SELECT count(*) FROM events');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  let waits = 0;
  const archiving = tests.archive({ tell: () => waits++ });
  await vi.waitFor(() => expect(waits).toBeGreaterThan(0), { timeout: 20_000 });
  // A commit that is on its way as the archive looks for the last time.
  await mover.query('BEGIN');
  await mover.query('LOCK TABLE events IN ROW EXCLUSIVE MODE');
  await mover.query(`INSERT INTO commits (size, committed_at, tenants, order_ids, versions)
    SELECT 1, 0, ARRAY[1], ARRAY[id], ARRAY[4] FROM orders`);
  await reader.query('COMMIT');
  const awaited = `SELECT 1 FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted`;
  await vi.waitFor(async () => expect((await watcher.query(awaited)).rows).toHaveLength(1), { interval: 5 });
  await mover.query('COMMIT');
  expect(await archiving).toEqual({ kind: 'moved' });
  const parts = `SELECT count(*)::integer AS parts FROM pg_class WHERE relname LIKE 'events%_next' AND relnamespace = current_schema()::regnamespace`;
  expect(await tests.sql(parts)).toEqual([{ parts: 0 }]);
});
