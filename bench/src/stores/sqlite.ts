import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from './database.ts';

export async function openSqlite(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-bench-'));
  return {
    url: `sqlite:${join(folder, 'pawl.db')}`,
    folder,
    bytes: () =>
      readdirSync(folder)
        .filter((name) => name.startsWith('pawl.db'))
        .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0),
    // The server keeps its log short by itself, on a thread of its own.
    settle: async () => undefined,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
