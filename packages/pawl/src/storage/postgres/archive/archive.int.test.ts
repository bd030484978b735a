import { expect, it } from 'vitest';
import { usePostgres } from '../test/postgres.ts';
import { withPostgresArchive } from './archive.ts';

const postgres = usePostgres();

it('keeps nobody from being named for the first time, as long as it takes', async () => {
  const store = await postgres.open();

  const actor = await withPostgresArchive({ url: postgres.url, schema: postgres.schema }, () =>
    store.internActor(1, 'program', 'newcomer'),
  );

  expect(actor).toBeGreaterThan(0);
});

it('is done by one at a time', async () => {
  await postgres.open();
  const options = { url: postgres.url, schema: postgres.schema };

  const second = withPostgresArchive(options, () => withPostgresArchive(options, async () => 'both'));

  await expect(second).rejects.toThrow(/another process archives/);
});
