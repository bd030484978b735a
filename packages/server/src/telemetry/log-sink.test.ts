import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLogSink } from './log-sink.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-log-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const silent = (): void => undefined;

describe('where the log goes (R2.08)', () => {
  it('makes the directory, appends, and writes all before it closes', async () => {
    const file = join(directory, 'deep/er/pawl.log');
    for (const run of ['one', 'two']) {
      const sink = openLogSink(file, silent);
      for (let i = 0; i < 10_000; i++) sink.write(`${run} ${i}\n`);
      await sink.close();
    }
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(20_000);
    expect([lines[0], lines[9_999], lines[10_000], lines[19_999]]).toEqual([
      'one 0',
      'one 9999',
      'two 0',
      'two 9999',
    ]);
  });

  it('writes a line within a quarter of a second, and an urgent one at once', async () => {
    const file = join(directory, 'timed.log');
    const sink = openLogSink(file, silent);
    sink.write('waits\n');
    await sleep(30);
    expect(readFileSync(file, 'utf8')).toBe('');
    await expect.poll(() => readFileSync(file, 'utf8'), { timeout: 400, interval: 10 }).toBe('waits\n');
    sink.write('urgent\n');
    sink.flushSoon();
    await expect.poll(() => readFileSync(file, 'utf8'), { timeout: 100, interval: 5 }).toContain('urgent');
    await sink.close();
  });

  it('writes the rest before it returns when the process is about to end', () => {
    const file = join(directory, 'now.log');
    const sink = openLogSink(file, silent);
    sink.write('last words\n');
    sink.closeNow();
    sink.write('too late\n');
    expect(readFileSync(file, 'utf8')).toBe('last words\n');
  });

  it.skipIf(!existsSync('/dev/full'))('says once that the log cannot be written, and goes on', async () => {
    const complaints: string[] = [];
    const sink = openLogSink('/dev/full', (text) => complaints.push(text));
    for (let i = 0; i < 3; i++) {
      sink.write('lost\n');
      sink.flushSoon();
      await sleep(20);
    }
    await sink.close();
    expect(complaints).toEqual([expect.stringContaining('the log cannot be written')]);
  });

  it('refuses a file that cannot be opened', () => {
    expect(() => openLogSink(join(directory), silent)).toThrow();
  });
});
