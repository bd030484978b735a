import { expect, it, vi } from 'vitest';
import { creation } from '../contract/samples.ts';
import { usePostgres } from './test/postgres.ts';

const postgres = usePostgres();

it('positions are given also where nobody reads the feed', async () => {
  const store = await postgres.open();
  await store.internTenant('default');
  await store.internActor(1, 'program', 'tester');
  await store.commit([creation(), creation()]);
  await store.commit([creation()]);
  await vi.waitFor(
    async () =>
      expect(
        await postgres.sql('SELECT first_position::integer AS position, size FROM commits ORDER BY id'),
      ).toEqual([
        { position: 1, size: 2 },
        { position: 3, size: 1 },
      ]),
    { timeout: 10_000 },
  );
});

it('there are parts for the orders of this month and of the next', async () => {
  await postgres.open();
  const [found] = await postgres.sql<{ parts: number }>(
    `SELECT count(*)::integer AS parts FROM pg_inherits WHERE inhparent = 'events'::regclass`,
  );
  expect(found).toEqual({ parts: 2 });
});
