import { expect, it } from 'vitest';
import { LOOK } from '../../contract/exercise-examination.ts';
import { creation } from '../../contract/samples.ts';
import { LONG_AGO, taskOf, withWork } from '../../contract/work/samples.ts';
import { openPostgresExamination } from '../index.ts';
import { usePostgres } from '../test/postgres.ts';

const postgres = usePostgres();
const open = () =>
  openPostgresExamination({
    url: postgres.url,
    schema: postgres.schema,
  });

it('sees beside a running node what the store itself sees', async () => {
  const store = await postgres.open();
  const [idle, late] = [creation({ at: LONG_AGO }), creation({ at: LONG_AGO + 1 })];
  await store.commit([idle, withWork(late, { tasks: [{ kind: 'add', task: taskOf(late.order) }] })]);
  const definition = { tenant: 0, name: 'sample', hash: 'ab'.repeat(32), content: '{}', unlessEver: false };
  await store.deploy(definition);
  const opened = await open();
  try {
    const seen = await opened.examine(LOOK);
    // The feed is given positions all the time.
    expect({ ...seen, feed: null }).toEqual({ ...(await store.examine(LOOK)), feed: null });
    expect(seen).toMatchObject({
      untaken: [{ task: 'label.print', count: 1 }],
      idle: [{ orderId: idle.orderId }],
    });
    expect(await opened.load([idle])).toEqual([idle.order]);
    expect(await opened.definitions(0)).toMatchObject([{ name: 'sample', version: 1 }]);
    expect(Math.abs(opened.now() - store.now())).toBeLessThan(1_000);
  } finally {
    await opened.close();
  }
});

it('does not open what is not there', async () => {
  await expect(open()).rejects.toThrow(/has nothing of Pawl/);
});
