import { describe, expect, it } from 'vitest';
import type { FeedProblem } from '../../../../ports/audit.ts';
import type { Store } from '../../../../ports/store.ts';
import { systemClock } from '../../../../ports/system.ts';
import { creation, step } from '../../../contract/samples.ts';
import { LONG_AGO } from '../../../contract/work/samples.ts';
import { openPostgresAudit } from '../../index.ts';
import { usePostgres } from '../../test/postgres.ts';
import { openForAudit } from '../open.ts';
import { misnamedEvents } from './misnamed-events.ts';

const postgres = usePostgres();
const options = () => ({
  url: postgres.url,
  schema: postgres.schema,
});

/** Two orders made in one commit, at the positions 1 and 2; each is then moved twice in a commit of its own: 3 and 4, 5 and 6. */
async function seed(): Promise<readonly string[]> {
  const store = await postgres.open();
  const units = [creation({ at: LONG_AGO }), creation({ at: LONG_AGO + 1 })];
  await store.commit(units);
  for (const { order } of units) await store.commit([step(order, 'PAID', 2)]);
  const page = await store.feed({ tenant: 1, after: 0, limit: 10 });
  expect(page.events.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6]);
  // No node is to give positions to what is made by hand.
  await store.close();
  return units.map(({ orderId }) => orderId);
}

async function problems(): Promise<FeedProblem[]> {
  const audit = await openPostgresAudit(options());
  const found: FeedProblem[] = [];
  for await (const problem of audit.feedProblems()) found.push(problem);
  await audit.close();
  return found;
}

const FIRST = '(SELECT id FROM orders ORDER BY id LIMIT 1)';
const COPY = `INSERT INTO commits (first_position, size, committed_at, tenants, order_ids, versions)`;

describe('the audit of the feed', () => {
  it('finds nothing in what was committed, with a position or without one yet', async () => {
    await seed();
    expect(await problems()).toEqual([]);
    await postgres.sql(
      'UPDATE commits SET first_position = NULL WHERE first_position = 5; UPDATE feed_head SET next_position = 5',
    );
    expect(await problems()).toEqual([]);
  });

  it('finds nothing in a database without any commit', async () => {
    await postgres.open();
    expect(await problems()).toEqual([]);
  });

  it.each<[string, string, (ids: readonly string[]) => object[]]>([
    [
      'an event that is not there',
      `DELETE FROM events WHERE order_id = ${FIRST} AND version = 3`,
      ([orderId]) => [{ kind: 'feed-event-missing', tenant: 1, orderId, version: 3, position: 4 }],
    ],
    [
      'an event that is not there, and has no position yet',
      `${COPY} SELECT NULL, 1, 0, '{1}', ARRAY[${FIRST}], '{9}'`,
      ([orderId]) => [{ kind: 'feed-event-missing', tenant: 1, orderId, version: 9, position: null }],
    ],
    [
      'a commit that is gone, from the middle',
      'DELETE FROM commits WHERE first_position = 3',
      ([orderId]) => [
        { kind: 'position-gap', expected: 3, found: 5 },
        { kind: 'feed-event-unnamed', tenant: 1, orderId, version: 2 },
        { kind: 'feed-event-unnamed', tenant: 1, orderId, version: 3 },
      ],
    ],
    [
      'a commit that is gone, from the end',
      'DELETE FROM commits WHERE first_position = 5',
      ([, orderId]) => [
        { kind: 'position-gap', expected: 5, found: 7 },
        { kind: 'feed-event-unnamed', tenant: 1, orderId, version: 2 },
        { kind: 'feed-event-unnamed', tenant: 1, orderId, version: 3 },
      ],
    ],
    [
      'an event that is named twice',
      `${COPY} SELECT NULL, 1, 0, '{1}', ARRAY[${FIRST}], '{2}'`,
      ([orderId]) => [{ kind: 'feed-event-repeated', tenant: 1, orderId, version: 2 }],
    ],
    [
      'a name of another tenant',
      `UPDATE commits SET tenants = '{1,2}' WHERE first_position = 3`,
      ([orderId]) => [
        { kind: 'feed-event-missing', tenant: 2, orderId, version: 3, position: 4 },
        { kind: 'feed-event-unnamed', tenant: 1, orderId, version: 3 },
      ],
    ],
    [
      'a position that is given twice',
      'UPDATE commits SET first_position = 4 WHERE first_position = 5',
      () => [
        { kind: 'position-repeated', expected: 5, found: 4 },
        { kind: 'position-gap', expected: 6, found: 7 },
      ],
    ],
    [
      'a feed that does not begin at its beginning',
      'UPDATE commits SET first_position = 0 WHERE first_position = 1',
      () => [
        { kind: 'position-repeated', expected: 1, found: 0 },
        { kind: 'position-gap', expected: 2, found: 3 },
      ],
    ],
    [
      'a next position that was given before',
      'UPDATE feed_head SET next_position = 6',
      () => [{ kind: 'position-repeated', expected: 7, found: 6 }],
    ],
    ['a next position that is gone', 'DELETE FROM feed_head', () => [{ kind: 'positions-stopped' }]],
  ])('finds %s', async (_, sql, expected) => {
    const ids = await seed();
    await postgres.sql(sql);
    expect(await problems()).toEqual(expected(ids));
  });

  it('reads commits once for each so many events, and finds the same', async () => {
    const [orderId] = await seed();
    await postgres.sql('DELETE FROM commits WHERE first_position = 3');
    const database = await openForAudit(options());
    const found: FeedProblem[] = [];
    for await (const problem of misnamedEvents(database, 'f'.repeat(32), 2)) found.push(problem);
    await database.close();
    expect(found).toMatchObject([
      { kind: 'feed-event-unnamed', orderId, version: 2 },
      { kind: 'feed-event-unnamed', orderId, version: 3 },
    ]);
  });

  it('walks more commits than one read holds, beside nodes that are at work, and finds nothing false', async () => {
    const nodes = [await postgres.open(), await postgres.open()];
    let isOver = false;
    const work = async (store: Store) => {
      while (!isOver) {
        const units = [creation(), creation()];
        await store.commit(units);
        await store.commit(units.map(({ order }) => step(order, 'PAID', 2)));
        await systemClock.sleep(1);
      }
    };
    const working = Promise.all([...nodes, ...nodes].map(work));
    try {
      for (let round = 0; round < 6; round++) expect(await problems()).toEqual([]);
    } finally {
      isOver = true;
      await working;
    }
    const [commits] = await postgres.sql<{ n: number }>('SELECT count(*)::integer AS n FROM commits');
    expect(commits?.n).toBeGreaterThan(100);
  }, 60_000);
});
