import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPawl } from 'pawl';
import { openSqliteStore } from 'pawl/sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ran, runPawl } from './test-tools.ts';

let directory: string;
let copies = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-stock-'));
  const pawl = await createPawl({ store: openSqliteStore({ path: join(directory, 'whole.db') }) });
  const actor = await pawl.actor(await pawl.tenant('default'), 'program', 'shop', ['admin']);
  await pawl.stock.change({ actor, sku: 'A-1', kind: 'set', value: 10, reason: null });
  await pawl.stock.change({ actor, sku: 'A-1', kind: 'adjust', value: -3, reason: 'broken' });
  await pawl.stock.change({ actor, sku: 'B-2', kind: 'set', value: 5, reason: null });
  await pawl.close();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function run(path: string, ...words: string[]): Promise<Ran> {
  return runPawl(...words, '--database', `sqlite:${path}`);
}

/** A copy of the database on which somebody has run a statement. */
function tampered(sql: string): string {
  const path = join(directory, `copy-${++copies}.db`);
  copyFileSync(join(directory, 'whole.db'), path);
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
  return path;
}

it('finds nothing where balances and movements agree', async () => {
  const { code, out } = await run(join(directory, 'whole.db'), 'stock', 'verify');
  expect({ code, out }).toEqual({
    code: 0,
    out: '2 SKUs, 3 movements: every balance is the sum of its movements\n',
  });
});

it('names each balance that is not the sum of its movements', async () => {
  const { code, out } = await run(
    tampered("UPDATE stock SET on_hand = 9 WHERE sku = 'A-1'"),
    'stock',
    'verify',
  );
  expect(code).toBe(1);
  expect(out).toContain(
    'SKU "A-1" of tenant 1: 9 in the house and 0 reserved (version 2), but its movements make 7 in the house and 0 reserved (version 2)',
  );
  expect(out).toContain('1 SKU of another balance');
});

it('shows a plan first and writes nothing, then repairs what it was told to', async () => {
  const path = tampered(
    "UPDATE stock SET reserved = 4 WHERE sku = 'A-1'; DELETE FROM stock WHERE sku = 'B-2'",
  );
  const plan = await run(path, 'stock', 'repair');
  expect(plan.code).toBe(1);
  expect(plan.out).toContain('would become 7 in the house and 0 reserved');
  expect(plan.out).toContain('SKU "B-2" of tenant 1: nothing at all would become 5 in the house');
  expect((await run(path, 'stock', 'verify')).code).toBe(1);
  const deed = await run(path, 'stock', 'repair', '--apply');
  expect(deed).toMatchObject({ code: 0, err: '' });
  expect(deed.out).toContain('2 SKUs repaired');
  expect((await run(path, 'stock', 'verify')).code).toBe(0);
});

it('does not repair while a server has the database', async () => {
  const path = tampered("UPDATE stock SET on_hand = 9 WHERE sku = 'A-1'");
  const store = openSqliteStore({ path });
  const { code, err } = await run(path, 'stock', 'repair', '--apply');
  await store.close();
  expect(code).toBe(2);
  expect(err).toMatch(/in use|has it open/);
});

it('says what is wrong with a file that is no database', async () => {
  expect((await run(join(directory, 'none.db'), 'stock', 'verify')).code).toBe(2);
  expect((await run(join(directory, 'none.db'), 'stock', 'repair', '--apply')).code).toBe(2);
});
