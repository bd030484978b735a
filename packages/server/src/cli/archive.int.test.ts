import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../archive/archive-month.ts';
import { OLD, oldOrders, useArchive } from '../archive/test/old-month.ts';
import { runPawl as run } from './test-tools.ts';

const tests = useArchive();
const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
const FILE = `events-${OLD.text}.ndjson.gz`;
const ARCHIVED = OLD.part.replace('events', 'archived');

function call(...more: string[]): string[] {
  const database = `${tests.url}?schema=${tests.schema}`;
  return ['archive', OLD.text, '--to', tests.directory, '--database', database, ...more];
}

/** Runs the command as a process of its own, and kills it without warning once it says that it is so far. */
async function killedAt(step: string): Promise<void> {
  const child = spawn(process.execPath, [MAIN, ...call('--apply')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  let isThere = false;
  for await (const line of createInterface({ input: child.stderr })) {
    if (!line.startsWith(`${step}: `)) continue;
    isThere = true;
    child.kill('SIGKILL');
  }
  await ended;
  expect(isThere).toBe(true);
}

describe('pawl archive (R0.15)', () => {
  it('says what it would do, and then does it', async () => {
    await oldOrders(tests, 'return', 2);
    expect(await run(...call())).toEqual({
      code: 0,
      out: `${OLD.text}: 2 orders, 8 events would be archived. The feed would begin after position 8.\nNothing stands in the way, nothing was changed. Repeat with --apply\n`,
      err: '',
    });
    expect(readdirSync(tests.directory)).toEqual([]);
    const { code, out } = await run(...call('--apply'));
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(`^${OLD.text}: 2 orders, 8 events are in ${FILE}, SHA-256 [0-9a-f]{64}\n$`),
    ]);
    expect(await run(...call('--apply'))).toMatchObject({
      code: 0,
      out: `${OLD.text}: nothing is left to archive\n`,
    });
    expect((await run(...call())).out).toContain('nothing is to be detached');
  });

  it('names orders that stand in the way', async () => {
    const ids = await oldOrders(tests, 'send', 7);
    for (const apply of [[], ['--apply']]) {
      const { code, out } = await run(...call(...apply));
      expect(code).toBe(1);
      expect(out).toContain('7 orders are not settled or have moved within --quiet-days, some of them: ');
      expect(out).toContain(`${ids[0]} of tenant 1`);
    }
  });

  it('takes only what it understands', async () => {
    const refused = async (...args: string[]) => {
      const { code, err } = await run('archive', ...args);
      expect(code).toBe(2);
      return err;
    };
    const database = ['--database', tests.url];
    expect(await refused('2026-13', '--to', '.', ...database)).toContain('"2026-13" is no month');
    expect(await refused('2026-01', ...database)).toContain('--to <directory>');
    expect(await refused('2026-01', '--to', '.', '--database', 'sqlite:pawl.db')).toContain(
      'one file without parts',
    );
    const days = (text: string) => refused('2026-01', '--to', '.', ...database, '--quiet-days', text);
    for (const text of ['0', 'x', '1.5', '99999'])
      expect(await days(text)).toContain('a whole number from 1 to 3650');
    process.env['IDEMPOTENCY_TTL_S'] = String(8 * 86_400);
    try {
      expect(await days('7')).toContain('must not be less than IDEMPOTENCY_TTL_S, 8 days');
    } finally {
      delete process.env['IDEMPOTENCY_TTL_S'];
    }
  });

  it('detaches nothing where it cannot write', async () => {
    await oldOrders(tests, 'return', 1);
    const [command = '', ...rest] = call('--apply');
    const elsewhere = rest.map((arg) => (arg === tests.directory ? join(arg, 'absent') : arg));
    expect(await run(command, ...elsewhere)).toMatchObject({
      code: 2,
      err: expect.stringContaining('ENOENT'),
    });
    expect(await tests.sql('SELECT count(*)::integer AS events FROM events')).toEqual([{ events: 4 }]);
  });
});

describe('a process that is killed', () => {
  it.each(['detached', 'writing', 'verified', 'written', 'sealed', 'dropped', 'trimming'])(
    'after it says "%s" has lost nothing, and the next goes on',
    async (step) => {
      await oldOrders(tests, 'return', 3);
      await killedAt(step);
      expect(await run(...call('--apply'))).toMatchObject({ code: 0 });
      const { code, out } = await run('archive', 'verify', join(tests.directory, FILE));
      expect([code, out]).toEqual([
        0,
        expect.stringMatching(/^3 orders, 12 events, .*: every chain is whole\n$/),
      ]);
      expect(readdirSync(tests.directory)).toEqual([FILE]);
      const left = `SELECT to_regclass('${ARCHIVED}') AS archived, (SELECT count(*)::integer FROM commits) AS commits,
        (SELECT count(*)::integer FROM events) AS events, (SELECT count(*)::integer FROM detached_parts) AS parts`;
      expect(await tests.sql(left)).toEqual([{ archived: null, commits: 0, events: 0, parts: 1 }]);
    },
  );

  it('while it waits has detached nothing', async () => {
    await oldOrders(tests, 'return', 1);
    const reader = await tests.client();
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM events');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await killedAt('waiting');
    await reader.query('COMMIT');
    expect(await tests.sql('SELECT count(*)::integer AS events FROM events')).toEqual([{ events: 4 }]);
    expect(await run(...call('--apply'))).toMatchObject({ code: 0 });
  });
});

describe('the audits of a database', () => {
  const database = () => ['--database', `${tests.url}?schema=${tests.schema}`];
  const HEALTHY = { code: 0, out: 'Nothing is late, stands still or is damaged.\n', err: '' };

  it.each<Progress['step'] | 'keep'>(['detached', 'written', 'sealed', 'dropped', 'trimming', 'keep'])(
    'find nothing wrong in what is archived, as far as: %s',
    async (last) => {
      const [moved = ''] = await oldOrders(tests, 'arrive', 2);
      const tell = ({ step }: Progress) => {
        if (step === last) throw new Error('the machine is gone');
      };
      const archiving = tests.archive({ keep: last === 'keep', tell });
      if (last === 'keep') await archiving;
      else await expect(archiving).rejects.toThrow('the machine is gone');
      expect(await run('audit', 'verify', ...database())).toEqual({
        code: 0,
        out: '2 orders, 0 events: every chain is whole\n',
        err: '',
      });
      expect(await run('doctor', ...database())).toEqual(HEALTHY);
      await (await tests.node()).fire(moved, 'return');
      expect(await run('audit', 'verify', ...database())).toMatchObject({
        code: 0,
        out: '2 orders, 1 events: every chain is whole\n',
      });
      expect(await run('doctor', ...database())).toEqual(HEALTHY);
    },
  );

  it('find what is wrong in what is left', async () => {
    const [moved = ''] = await oldOrders(tests, 'arrive', 2);
    await tests.archive();
    await (await tests.node()).fire(moved, 'return', { reason: 'because' });
    await tests.sql(`UPDATE events SET payload = replace(payload, 'because', 'no reason')`);
    expect(await run('audit', 'verify', ...database())).toMatchObject({
      code: 1,
      out: expect.stringContaining('version 4: payload-hash: its payload is not what was recorded'),
    });
    await tests.sql('DELETE FROM events');
    expect(await run('audit', 'verify', ...database())).toMatchObject({
      code: 1,
      out: expect.stringContaining('version-gap: version 4 was expected, none follows'),
    });
    await tests.sql('DELETE FROM detached_parts');
    expect((await run('doctor', ...database())).out).toContain('orders-damaged: 2\n');
  });
});

describe('pawl archive verify', () => {
  it('finds what was changed, cut off, moved or left out', async () => {
    await oldOrders(tests, 'return', 2);
    await run(...call('--apply'));
    const path = join(tests.directory, FILE);
    const whole = readFileSync(path);
    const lines = gunzipSync(whole).toString().trimEnd().split('\n');
    const verify = async (bytes: Buffer) => {
      writeFileSync(path, bytes);
      return run('archive', 'verify', path);
    };
    const altered = (change: (all: string[]) => string[]) =>
      verify(gzipSync(`${change([...lines]).join('\n')}\n`));
    expect(await verify(whole)).toMatchObject({ code: 0 });
    expect(await verify(whole.subarray(0, whole.length - 20))).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot be read to its end'),
    });
    const reasons = await altered((all) => all.map((line) => line.replace('because', 'whatever')));
    expect([reasons.code, reasons.out]).toEqual([1, expect.stringContaining('version 2: payload-hash')]);
    expect((await altered((all) => all.toSpliced(1, 1))).out).toContain('version 3: version-gap');
    expect((await altered((all) => [...all.slice(4), ...all.slice(0, 4)])).out).toContain('is out of order');
    expect((await altered((all) => [...all, '{}'])).code).toBe(2);
    expect(await run('archive', 'verify', join(tests.directory, 'absent'))).toMatchObject({ code: 2 });
  });
});
