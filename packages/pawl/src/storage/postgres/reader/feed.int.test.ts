import pg from 'pg';
import { expect, it } from 'vitest';
import { creation } from '../../contract/samples.ts';
import { usePostgres } from '../test/postgres.ts';

const postgres = usePostgres();

/** More than are looked at in one read, or given positions at once. */
const COMMITS_OF_OTHERS = 12_000;

it('a page is empty only if nothing was committed since, whatever others have committed', async () => {
  const store = await postgres.open();
  await store.internTenant('others');
  await store.internTenant('mine');
  await store.internActor(2, 'program', 'tester');
  const others = `INSERT INTO commits (size, committed_at, tenants, order_ids, versions)
    SELECT 1, 0, ARRAY[1], ARRAY[gen_random_uuid()], ARRAY[1] FROM generate_series(1, $1)`;
  await postgres.sql(others, [COMMITS_OF_OTHERS]);
  const mine = creation({ tenant: 2 });
  await store.commit([mine]);
  const page = await store.feed({ tenant: 2, after: null, limit: 5 });
  expect(page.events.map(({ head }) => head.orderId)).toEqual([mine.orderId]);
  expect(page.next).toBe(COMMITS_OF_OTHERS + 1);
  await postgres.sql(others, [COMMITS_OF_OTHERS]);
  expect(await store.feed({ tenant: 2, after: page.next, limit: 5 })).toEqual({
    events: [],
    next: 2 * COMMITS_OF_OTHERS + 1,
  });
});

it('a page waits for whoever gives positions rather than be empty', async () => {
  const store = await postgres.open();
  await store.internTenant('default');
  await store.internActor(1, 'program', 'tester');
  const other = new pg.Client({ connectionString: postgres.url });
  await other.connect();
  await other.query(`BEGIN; SELECT FROM ${postgres.schema}.feed_head FOR UPDATE`);
  const unit = creation();
  await store.commit([unit]);
  const page = store.feed({ tenant: 1, after: null, limit: 5 });
  const waiting = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
  await expect.poll(() => postgres.sql(waiting), { timeout: 5_000 }).toHaveLength(1);
  await other.end();
  expect((await page).events.map(({ head }) => head.orderId)).toEqual([unit.orderId]);
});

const COMMIT = `INSERT INTO commits (size, committed_at, tenants, order_ids, versions)
  SELECT $1, 0, array_agg(1), array_agg(gen_random_uuid()), array_agg(1) FROM generate_series(1, $1)`;

it('goes on behind a commit that is missing, also after a large one', async () => {
  const store = await postgres.open();
  await store.internTenant('default');
  await store.internActor(1, 'program', 'tester');
  await postgres.sql(COMMIT, [1_200]);
  await postgres.sql(COMMIT, [1]);
  const unit = creation();
  await store.commit([unit]);
  await store.feed({ tenant: 1, after: 1_201, limit: 5 });
  await postgres.sql('DELETE FROM commits WHERE size = 1 AND first_position = 1201');
  const { events } = await store.feed({ tenant: 1, after: 1_200, limit: 5 });
  expect(events.map(({ head }) => head.orderId)).toEqual([unit.orderId]);
});

it('is not walked on with once the store closes', async () => {
  const store = await postgres.open();
  await store.internTenant('others');
  await postgres.sql(
    `INSERT INTO commits (size, committed_at, tenants, order_ids, versions)
      SELECT 1, 0, ARRAY[1], ARRAY[gen_random_uuid()], ARRAY[1] FROM generate_series(1, $1)`,
    [COMMITS_OF_OTHERS],
  );
  const page = store.feed({ tenant: 2, after: null, limit: 5 });
  const refused = expect(page).rejects.toThrow('the store is closed');
  await store.close();
  await refused;
});
