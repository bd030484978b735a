import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@pawl/local-postgres';
import pg from 'pg';
import type { Database } from './database.ts';

/**
 * Of a small server that is meant for this, the same for everyone who is measured on it. What decides whether an answer is
 * durable (fsync, synchronous_commit, full_page_writes) is as PostgreSQL ships it: on.
 */
export const POSTGRES_SETTINGS: Readonly<Record<string, string>> = {
  // A seventh of an 8 GB machine; the default of 128 MB is meant for a start anywhere.
  shared_buffers: '1GB',
  // Checkpoints by time and not in the middle of each load.
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
  // Building the indexes of a seeded database.
  maintenance_work_mem: '512MB',
};

export async function openPostgres(): Promise<Database> {
  const server = await startPostgres({ settings: POSTGRES_SETTINGS });
  const folder = mkdtempSync(join(tmpdir(), 'pawl-bench-'));
  return {
    url: server.url,
    folder,
    bytes: () => bytesIn(server.dataDir),
    settle: () => withClient(server.url, async (client) => void (await client.query('CHECKPOINT'))),
    async remove() {
      await server.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs with a connection of its own. */
export async function withClient<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + (sizeOf(join(parentPath, name)) ?? 0), 0);
}

/** Undefined for a file that the server has removed meanwhile. */
function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
