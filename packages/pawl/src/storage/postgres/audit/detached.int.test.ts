import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../../order/chain.ts';
import type { LiveOrder } from '../../../order/work.ts';
import type { Unit } from '../../../ports/store.ts';
import { systemClock, systemDigest } from '../../../ports/system.ts';
import { creation, step } from '../../contract/samples.ts';
import { LONG_AGO } from '../../contract/work/samples.ts';
import { type PostgresArchive, withPostgresArchive } from '../archive/archive.ts';
import type { Sender } from '../connection/pool.ts';
import { SmallNumbers } from '../connection/small-numbers.ts';
import { monthOf } from '../months.ts';
import { usePostgres } from '../test/postgres.ts';
import { auditedOrders } from './chains.ts';
import { feedProblems } from './feed/problems.ts';
import { openForAudit } from './open.ts';
import { strayBodies, strayEvents } from './strays.ts';
import { workProblems } from './work.ts';

const postgres = usePostgres();
const options = () => ({
  url: postgres.url,
  schema: postgres.schema,
});

const OLD = monthOf(LONG_AGO);
/** Of another month, which stays. */
const LATER = OLD.until + 1;
const LAST_ID = 'f'.repeat(32);

interface Seeded {
  /** Two orders of the old month, settled. */
  readonly gone: LiveOrder;
  readonly back: LiveOrder;
  /** One of the month after it, whose events lie between those in the feed. */
  readonly later: LiveOrder;
}

/** The first order has more events than are read at once. Positions: 1 to 3, 4 to 103, 104 to 105 and 106. */
async function seed(): Promise<Seeded> {
  const [gone, back, later] = [LONG_AGO, LONG_AGO + 1, LATER].map((at) => creation({ at }));
  if (gone === undefined || back === undefined || later === undefined) throw new Error('three were made');
  await commit(gone, later, back);
  const ends = [step(gone.order, 'DONE', 100), step(later.order, 'PAID', 2), step(back.order, 'DONE')];
  for (const end of ends) await commit(end);
  const [first, between, last] = ends as [(typeof ends)[0], (typeof ends)[0], (typeof ends)[0]];
  return { gone: first.order, later: between.order, back: last.order };
}

async function commit(...units: Unit[]): Promise<void> {
  const store = await postgres.open();
  expect(await store.commit(units)).toEqual(units.map(() => ({ kind: 'committed' })));
  await store.feed({ tenant: 1, after: null, limit: 1 });
  await store.close();
}

/** An order moves again, now. */
async function move(order: LiveOrder): Promise<LiveOrder> {
  const moved = step({ ...order, updatedAt: systemClock.now() }, 'DONE', 2);
  await commit(moved);
  return moved.order;
}

const STEPS = {
  sealed: (archive, part) => archive.seal(part, '0'.repeat(64)),
  dropped: (archive, part) => archive.drop(part),
  trimmed: async (archive) => {
    for await (const _ of archive.trim());
  },
} as const satisfies Record<string, (archive: PostgresArchive, part: Part) => Promise<void>>;
type Part = Awaited<ReturnType<PostgresArchive['unfinished']>>[number];
type Step = keyof typeof STEPS;
const ALL = Object.keys(STEPS) as Step[];

/** Detaches the old month, and goes on with these steps. */
async function archive(steps: readonly Step[] = ALL): Promise<void> {
  await withPostgresArchive(options(), async (tools) => {
    const inspection = await tools.inspect({ month: OLD, quietMs: 0, archivable: [] });
    expect(inspection.obstacles).toEqual([]);
    const verdict = await tools.detach(OLD, inspection, () => undefined);
    if (verdict.kind !== 'detached') throw new Error(verdict.kind);
    for (const one of steps) await STEPS[one](tools, verdict.part);
  });
}

/** Everything that the audits find, in their words; `before` is told of each statement before it is sent. */
async function faults(before: (name: string) => Promise<void> = async () => undefined): Promise<unknown[]> {
  const database = await openForAudit(options());
  const sender: Sender = {
    query: async (statement, values) => {
      await before(statement.name);
      return database.query(statement, values);
    },
  };
  const found: unknown[] = [];
  try {
    for await (const order of auditedOrders(sender, new SmallNumbers(database), LAST_ID)) {
      const { row, events, first, problems, orderId } = order;
      found.push(...problems.map((problem) => ({ orderId, ...problem })));
      if (row === null || first === null) continue;
      const breaks = verifyChain(row, events, systemDigest, undefined, first);
      found.push(...breaks.map(({ kind, version }) => ({ orderId, kind, version })));
    }
    for await (const stray of strayEvents(sender, LAST_ID)) found.push(stray);
    for await (const stray of strayBodies(sender, LAST_ID)) found.push(stray);
    for await (const problem of workProblems(sender, LAST_ID)) found.push(problem);
    for await (const problem of feedProblems(sender, LAST_ID)) found.push(problem);
  } finally {
    await database.close();
  }
  return found;
}

describe('a database with detached history is whole', () => {
  it.each([
    ['exchanged', []],
    ['sealed', ['sealed']],
    ['dropped', ['sealed', 'dropped']],
    ['trimmed', ALL],
    ['trimmed and kept as a table', ['sealed', 'trimmed']],
  ] as const)('%s', async (_, steps) => {
    const { back } = await seed();
    await archive(steps);
    expect(await faults()).toEqual([]);
    await move(back);
    expect(await faults()).toEqual([]);
  });

  it('where the month has filled again and was detached again', async () => {
    const { back } = await seed();
    await archive();
    const moved = await move(back);
    await archive();
    expect(await faults()).toEqual([]);
    await move(moved);
    expect(await faults()).toEqual([]);
  });

  it.each([
    ['audit-events', 'reads the events of an order for the second time', 2],
    ['audit-detached-months', 'asks what was detached', 1],
    ['audit-positions', 'walks positions', 1],
    ['audit-missing-events', 'looks for events that commits name', 1],
    ['audit-last-commit', 'has collected events', 2],
    ['audit-events-named', 'reads what commits name', 1],
    ['audit-feed-beginning', 'asks where the feed begins', 1],
  ])('when the month is detached as the audit comes to %s: it %s', async (name, _, time) => {
    await seed();
    let times = 0;
    const found = await faults(async (statement) => {
      if (statement === name && ++times === time) await archive();
    });
    expect(found).toEqual([]);
    expect(times).toBeGreaterThanOrEqual(time);
  });
});

describe('the audit of a database with detached history finds', () => {
  const gap = (order: LiveOrder, expected: number, found: number | null) => ({
    orderId: order.id,
    kind: 'version-gap',
    position: null,
    expected,
    found,
  });

  it('an order whose history went another way: its month is not detached', async () => {
    const { later, back } = await seed();
    await archive();
    await postgres.sql('DELETE FROM events WHERE version < 3');
    expect(await faults()).toContainEqual(gap(later, 1, 3));
    await postgres.sql('DELETE FROM events');
    expect(await faults()).toContainEqual(gap(later, 1, null));
    await postgres.sql('DELETE FROM detached_parts');
    expect(await faults()).toContainEqual(gap(back, 1, null));
  });

  it('what was changed or is gone of the events that are left', async () => {
    const { back } = await seed();
    await archive();
    const moved = await move(back);
    expect(moved.version).toBe(4);
    await postgres.sql(`UPDATE events SET at = at + 1 WHERE order_id = (SELECT max(order_id::text) FROM events
      WHERE version = 4)::uuid AND version = 3`);
    expect(await faults()).toEqual([{ orderId: back.id, kind: 'event-hash', version: 3 }]);
    await postgres.sql('DELETE FROM events WHERE version = 4');
    expect(await faults()).toContainEqual(gap(back, 4, null));
    expect(await faults()).toContainEqual({
      kind: 'feed-event-missing',
      tenant: 1,
      orderId: back.id,
      version: 4,
      position: 108,
    });
  });

  it('the first event that is left, by the feed, and all of them by the row', async () => {
    const { back } = await seed();
    await archive();
    await move(back);
    const missing = (version: number, position: number) => ({
      kind: 'feed-event-missing',
      tenant: 1,
      orderId: back.id,
      version,
      position,
    });
    await postgres.sql(`DELETE FROM ${OLD.part} WHERE version = 3`);
    expect(await faults()).toEqual([missing(3, 107)]);
    await postgres.sql(`DELETE FROM ${OLD.part}`);
    expect(await faults()).toEqual([
      gap(back, 4, null),
      { orderId: back.id, kind: 'row-version', version: 4 },
      missing(3, 107),
      missing(4, 108),
    ]);
  });

  it('positions that are left out, or given twice, behind its beginning', async () => {
    const { back } = await seed();
    await archive();
    await move(back);
    await postgres.sql('UPDATE commits SET first_position = 108; UPDATE feed_head SET next_position = 109');
    expect(await faults()).toEqual([
      { kind: 'position-gap', expected: 107, found: 108 },
      { kind: 'position-repeated', expected: 110, found: 109 },
    ]);
    await postgres.sql('UPDATE commits SET first_position = 107; UPDATE feed_head SET next_position = 109');
    expect(await faults()).toEqual([]);
    await postgres.sql('DELETE FROM commits');
    expect(await faults()).toEqual([{ kind: 'position-gap', expected: 107, found: 109 }]);
  });

  it('events that are in the feed never or twice, of after its beginning', async () => {
    const { later } = await seed();
    await archive();
    const young = creation();
    await commit(young);
    const [moved, again] = [await move(later), await move(young.order)];
    expect(await faults()).toEqual([]);
    // Another commit has come an hour before.
    await postgres.sql(`UPDATE commits SET committed_at = committed_at - 3600000 WHERE first_position = 107;
      UPDATE commits SET versions = '{4,4}' WHERE first_position = 108`);
    const key = (order: LiveOrder, version: number) => ({ tenant: 1, orderId: order.id, version });
    expect(await faults()).toEqual([
      { kind: 'feed-event-repeated', ...key(moved, 4) },
      { kind: 'feed-event-unnamed', ...key(moved, 5) },
    ]);
    await postgres.sql(`UPDATE commits SET versions = '{4,5}' WHERE first_position = 108;
      UPDATE commits SET versions = '{2,2}' WHERE first_position = 110`);
    expect(await faults()).toEqual([
      { kind: 'feed-event-repeated', ...key(again, 2) },
      { kind: 'feed-event-unnamed', ...key(again, 3) },
    ]);
  });
});
