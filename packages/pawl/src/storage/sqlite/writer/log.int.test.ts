import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { LOG_BYTES_MAX, Log, startCheckpointer } from './log.ts';
import { inUnsyncedTransaction } from './transaction.ts';

const MIB = 1024 * 1024;

test('the log stays bounded when the thread that makes checkpoints cannot open the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  const path = join(folder, 'pawl.db');
  const database = openDatabase(path, 'write');
  const { thread, port } = startCheckpointer(join(folder, 'absent', 'pawl.db'));
  expect(await new Promise((resolve) => thread.once('exit', resolve))).toBe(1);
  const log = new Log(database, port);
  database.exec('CREATE TABLE bulk (x)');
  const write = database.prepare('INSERT INTO bulk VALUES (zeroblob(?))');
  for (let written = 0; written < 2 * LOG_BYTES_MAX; written += 4 * MIB) {
    inUnsyncedTransaction(database, () => write.run(4 * MIB));
    log.proceed();
  }
  expect(statSync(`${path}-wal`).size).toBeLessThan(LOG_BYTES_MAX * 1.1);
  database.close();
  rmSync(folder, { recursive: true });
});
