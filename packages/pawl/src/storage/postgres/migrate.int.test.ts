import { describe, expect, it } from 'vitest';
import { creation } from '../contract/samples.ts';
import { dumpSchema } from './test/dump-schema.ts';
import { usePostgres } from './test/postgres.ts';

const postgres = usePostgres();
const set = (name: string, value: string) =>
  postgres.sql('UPDATE meta SET value = $2 WHERE name = $1', [name, value]);

describe('the schema', () => {
  it('is what schema.sql shows', async () => {
    await postgres.open();
    await expect(await dumpSchema(postgres)).toMatchFileSnapshot('./schema.sql');
  });

  it('is made by one of the nodes that start together on an empty database', async () => {
    await Promise.all(Array.from({ length: 6 }, () => postgres.open()));
    expect(await postgres.sql(`SELECT value FROM meta WHERE name = 'schema'`)).toEqual([{ value: '4' }]);
  });

  it('is left as it is by a program that is older, where that can go on', async () => {
    await postgres.open();
    await set('schema', '9');
    const store = await postgres.open();
    await store.internTenant('default');
    await store.internActor(1, 'program', 'tester');
    expect(await store.commit([creation()])).toEqual([{ kind: 'committed' }]);
    expect(await postgres.sql(`SELECT value FROM meta WHERE name = 'schema'`)).toEqual([{ value: '9' }]);
  });

  it('lets a program of the schema before it go on committing', async () => {
    await postgres.open();
    const signatures = await postgres.sql<{ types: string; parameters: number }>(
      `SELECT oidvectortypes(proargtypes) AS types, pronargs::integer AS parameters FROM pg_proc
       WHERE proname = 'commit_units' AND pronamespace = current_schema()::regnamespace ORDER BY pronargs`,
    );
    expect(signatures).toHaveLength(2);
    const [former, present] = signatures.map(({ types }) => types.split(', '));
    expect(present?.filter((_, index) => index !== 51)).toEqual(former);
    const values = (former ?? []).map((type) =>
      type === 'bigint' ? '0' : type === 'json' ? `'[]'::json` : `'{}'::${type}`,
    );
    expect(await postgres.sql(`SELECT * FROM commit_units(${values.join(', ')})`)).toEqual([]);
  });

  it('refuses a program that is too old for it', async () => {
    await postgres.open();
    await set('schema', '9');
    await set('oldest_code', '8');
    await expect(postgres.open()).rejects.toThrow(
      'the database has schema 9 and needs a program that knows schema 8; this one knows 4: install the newer version',
    );
  });

  it('is not made among the tables of another program', async () => {
    await postgres.sql(`CREATE SCHEMA ${postgres.schema}`);
    await postgres.sql('CREATE TABLE invoices (number integer)');
    await expect(postgres.open()).rejects.toThrow('has tables of another program');
    expect(
      await postgres.sql('SELECT table_name FROM information_schema.tables WHERE table_schema = $1', [
        postgres.schema,
      ]),
    ).toEqual([{ table_name: 'invoices' }]);
  });
});
