import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { effectsOf } from '../drill/effects.ts';
import { Ledger, readLedger } from './ledger.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pawl-ledger-'));
  path = join(dir, 'ledger.jsonl');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('lets a thing happen once for each key, also over a restart', () => {
  const before = new Ledger(path);
  expect([before.perform('a', '1.00'), before.perform('a', '1.00')]).toEqual([true, true]);
  before.close();
  expect(new Ledger(path).perform('a', '1.00')).toBe(true);
  const effect = { effectKey: 'a', task: 'http', times: 1, undone: false, amount: '1.00' };
  expect(effectsOf(readLedger(path))).toEqual([effect]);
});

it('forbids what was taken back before it has happened, and what was declined', () => {
  const ledger = new Ledger(path);
  ledger.takeBack('a');
  ledger.decline('b');
  expect([ledger.perform('a', undefined), ledger.perform('b', undefined)]).toEqual([false, false]);
  expect(effectsOf(readLedger(path))).toMatchObject([{ effectKey: 'a', times: 0, undone: true }]);
});

it('cannot decline what has happened', () => {
  const ledger = new Ledger(path);
  ledger.perform('a', undefined);
  expect(ledger.decline('a')).toBe(false);
});

it('drops the part of a line that a killed service has left, and goes on behind it', () => {
  const before = new Ledger(path);
  before.perform('a', undefined);
  before.close();
  appendFileSync(path, '{"kind":"do');
  expect(readLedger(path)).toHaveLength(1);
  new Ledger(path).perform('b', undefined);
  expect(readLedger(path).map(({ key }) => key)).toEqual(['a', 'b']);
});
