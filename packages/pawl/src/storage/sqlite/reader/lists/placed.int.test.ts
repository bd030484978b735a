import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ListFilter } from '../../../../ports/store.ts';
import { openDatabase } from '../../database.ts';
import { migrate } from '../../migrate.ts';
import { Placed } from './placed.ts';

const FILTER = { tenant: 1, workflow: 'w' };
const [LOW, HIGH] = [new Uint8Array(0), new Uint8Array(17).fill(0xff)];
/** Places 1 to 3 are of the workflow, 4 is of another. */
const PLACES = 3;
let folder: string;
let database: DatabaseSync;
let placed: Placed;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  database = openDatabase(join(folder, 'pawl.db'), 'write');
  migrate(database);
  database.exec("INSERT INTO places VALUES (1, 'w', 'A'), (2, 'w', 'B'), (3, 'w', 'C'), (4, 'v', 'A')");
  placed = new Placed(database);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function put(number: number, place: number): void {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(number);
  database.prepare('DELETE FROM orders_by_place WHERE id = ?').run(id);
  database.prepare('INSERT INTO orders_by_place VALUES (1, ?, ?)').run(place, id);
}

/** At most a thousand: a count that does not move on would never end. */
function partsOf(filter: ListFilter, atOnce: number): number[] {
  const parts: number[] = [];
  for (const part of placed.count(filter, LOW, HIGH, atOnce)) if (parts.push(part) > 1_000) break;
  return parts;
}

test.each([1, 2, 7, 100, 101, 1_000])('counts each order once, %i at a time', (atOnce) => {
  for (let number = 0; number < 400; number++) put(number, 1 + (Math.floor(number / 10) % 4));
  const parts = partsOf(FILTER, atOnce);
  expect(parts.reduce((a, b) => a + b)).toBe(300);
  expect(Math.max(...parts)).toBeLessThanOrEqual(atOnce * PLACES);
  const one = partsOf({ ...FILTER, status: 'B' }, atOnce);
  expect(one.reduce((a, b) => a + b)).toBe(100);
  expect(Math.max(...one)).toBeLessThanOrEqual(atOnce);
});

test.each([
  ['on', [1, 2, 3]],
  ['back', [3, 2, 1]],
])('counts orders once that move %s between the parts', (_, [first, then, last]) => {
  for (let number = 0; number < 90; number++) put(number, first as number);
  let [total, parts] = [0, 0];
  for (const part of placed.count(FILTER, LOW, HIGH, 10)) {
    total += part;
    if (++parts > 100) break;
    for (let number = 0; number < 90; number++) put(number, (parts === 1 ? then : last) as number);
  }
  expect(total).toBe(90);
  expect(parts).toBeGreaterThan(5);
});
