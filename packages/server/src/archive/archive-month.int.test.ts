import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Progress } from './archive-month.ts';
import { accepted, newOrder, OLD, oldOrders, useArchive } from './test/old-month.ts';
import { verifyArchive } from './verify-archive.ts';

const tests = useArchive();
const FILE = `events-${OLD.text}.ndjson.gz`;
const ARCHIVED = OLD.part.replace('events', 'archived');

describe('a month whose orders are settled', () => {
  it('goes into a file that proves its chains, and out of the database', async () => {
    const returned = await oldOrders(tests, 'return', 3);
    const arrived = await oldOrders(tests, 'arrive', 2);
    const pawl = await tests.node();
    const young = accepted(await pawl.create(newOrder)).order;
    const outcome = await tests.archive();
    expect(outcome).toMatchObject({
      kind: 'done',
      parts: [{ month: OLD.text, run: 1, orders: 5, events: 18, lastPosition: 18, file: FILE }],
    });
    expect(await verifyArchive(join(tests.directory, FILE))).toMatchObject({
      orders: 5,
      events: 18,
      faults: [],
    });
    expect(readdirSync(tests.directory)).toEqual([FILE]);
    expect(await tests.sql(`SELECT to_regclass('${ARCHIVED}') AS archived`)).toEqual([{ archived: null }]);
    expect(await tests.sql('SELECT count(*)::integer AS events FROM events')).toEqual([{ events: 1 }]);
    // The rows are as they were.
    expect(await pawl.get(1, returned[0] as string)).toMatchObject({
      status: 'BACK',
      version: 4,
      settled: true,
    });
    expect(await pawl.get(1, arrived[0] as string)).toMatchObject({ status: 'HERE', version: 3 });
    // What the feed kept of them is gone, and it goes on.
    const { events } = await pawl.feed({ tenant: 1, after: null, limit: 100 });
    expect(events.map(({ head }) => head.orderId)).toEqual([young.id]);
    expect(await tests.sql('SELECT min(first_position)::integer AS first FROM commits')).toEqual([
      { first: 19 },
    ]);
  });

  it('has nothing left to archive the second time', async () => {
    await oldOrders(tests, 'return', 1);
    await tests.archive();
    expect(await tests.archive()).toEqual({ kind: 'done', parts: [], trimmed: 0 });
  });

  it('stays in the database as a table where that is asked for, until it is not any more', async () => {
    await oldOrders(tests, 'return', 1);
    await tests.archive({ keep: true });
    expect(await tests.sql(`SELECT count(*)::integer AS events FROM ${ARCHIVED}`)).toEqual([{ events: 4 }]);
    expect(await tests.archive({ keep: true })).toMatchObject({ kind: 'done', parts: [] });
    const steps: string[] = [];
    await tests.archive({ tell: ({ step }) => steps.push(step) });
    expect(steps).toEqual(['dropped', 'trimming']);
  });

  it('is archived again, to another file, with what its orders have done since', async () => {
    const [id = ''] = await oldOrders(tests, 'arrive', 1);
    await tests.archive();
    accepted(await (await tests.node()).fire(id, 'complain'));
    accepted(await (await tests.node()).fire(id, 'return'));
    await tests.sql('UPDATE orders SET updated_at = 0');
    const outcome = await tests.archive();
    const again = `events-${OLD.text}.2.ndjson.gz`;
    expect(outcome).toMatchObject({ kind: 'done', parts: [{ run: 2, orders: 1, events: 2, file: again }] });
    expect(await verifyArchive(join(tests.directory, again))).toMatchObject({ events: 2, faults: [] });
  });
});

describe('in the way of a month are', () => {
  it('orders that are not settled, or that have moved of late', async () => {
    const [open] = await oldOrders(tests, 'send', 1);
    const [moved = ''] = await oldOrders(tests, 'arrive', 1);
    await oldOrders(tests, 'return', 1);
    accepted(await (await tests.node()).fire(moved, 'return'));
    const outcome = await tests.archive();
    const examples = [open, moved].map((orderId) => ({ tenant: 1, orderId }));
    expect(outcome).toMatchObject({
      kind: 'refused',
      inspection: {
        obstacles: [{ kind: 'orders-standing', count: 2, examples: expect.arrayContaining(examples) }],
      },
    });
    expect(await tests.sql('SELECT count(*)::integer AS events FROM events')).toEqual([{ events: 10 }]);
  });

  it('idempotency keys that live longer than its orders have been quiet', async () => {
    const pawl = await tests.node(OLD.from, { idempotencyTtlMs: 100 * 86_400_000 });
    const actor = await pawl.actor(1, 'program', 'tester', ['admin']);
    await oldOrders(tests, 'return', 1);
    const young = await tests.node(undefined, { idempotencyTtlMs: 8 * 86_400_000 });
    const idempotency = { key: 'k', call: 'c' };
    const nothing = { externalId: null, customerId: null, metadata: {} };
    const command = { kind: 'create', currency: 'USD', ...nothing, ...newOrder } as const;
    await young.submit({ tenant: 1, actor, command, idempotency });
    expect(await tests.archive()).toMatchObject({
      kind: 'refused',
      inspection: { obstacles: [{ kind: 'keys-live-longer' }] },
    });
  });

  it('a process that archives already', async () => {
    await oldOrders(tests, 'return', 1);
    await tests.with(async () => {
      await expect(tests.archive()).rejects.toThrow('another process archives');
    });
  });
});

describe('a call that was ended goes on where it stopped', () => {
  it.each<Progress['step']>(['detached', 'writing', 'verified', 'written', 'sealed', 'dropped', 'trimming'])(
    'after: %s',
    async (step) => {
      await oldOrders(tests, 'return', 3);
      const tell = (progress: Progress) => {
        if (progress.step === step) throw new Error('the machine is gone');
      };
      await expect(tests.archive({ tell })).rejects.toThrow('the machine is gone');
      const steps: string[] = [];
      expect(await tests.archive({ tell: (progress) => steps.push(progress.step) })).toMatchObject({
        kind: 'done',
      });
      expect(steps).not.toContain('detached');
      expect(await verifyArchive(join(tests.directory, FILE))).toMatchObject({
        orders: 3,
        events: 12,
        faults: [],
      });
      expect(readdirSync(tests.directory)).toEqual([FILE]);
      expect(await tests.sql('SELECT count(*)::integer AS rows FROM commits')).toEqual([{ rows: 0 }]);
      expect(await tests.sql(`SELECT to_regclass('${ARCHIVED}') AS archived`)).toEqual([{ archived: null }]);
      expect(await tests.sql('SELECT run, sha256 IS NOT NULL AS sealed FROM detached_parts')).toEqual([
        { run: 1, sealed: true },
      ]);
    },
  );

  it('but drops nothing whose archive is not what was written', async () => {
    await oldOrders(tests, 'return', 1);
    const ended = (progress: Progress) => {
      if (progress.step === 'sealed') throw new Error('gone');
    };
    await expect(tests.archive({ tell: ended })).rejects.toThrow('gone');
    writeFileSync(join(tests.directory, FILE), 'something else');
    await expect(tests.archive()).rejects.toThrow('is there already and is another archive');
    expect(await tests.sql(`SELECT count(*)::integer AS events FROM ${ARCHIVED}`)).toEqual([{ events: 4 }]);
  });
});

it('an archive that does not verify is told, and the events stay', async () => {
  await oldOrders(tests, 'return', 1);
  await tests.sql(`UPDATE events SET payload = replace(payload, 'because', 'no reason') WHERE version = 2`);
  await expect(tests.archive()).rejects.toThrow(/is not whole.*version 2: payload-hash/);
  expect(await tests.sql(`SELECT count(*)::integer AS events FROM ${ARCHIVED}`)).toEqual([{ events: 4 }]);
  expect(readdirSync(tests.directory)).toEqual([`${FILE}.unfinished`]);
});
