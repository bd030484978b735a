import { cpus, release, totalmem } from 'node:os';
import type { StoreName } from '../stores/database.ts';
import { withDatabase } from '../stores/open.ts';
import { POSTGRES_SETTINGS, withClient } from '../stores/postgres.ts';

/** What it was measured on, a line each. */
export async function machineText(stores: ReadonlySet<StoreName>): Promise<string> {
  const [{ model = 'unknown' } = {}] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const lines = [
    `${cpus().length} × ${model.trim()}, ${memory}, Linux ${release()}, Node ${process.version}`,
    ...(stores.has('sqlite') ? [`SQLite ${process.versions['sqlite']}`] : []),
    ...(stores.has('postgres') ? [await postgresText()] : []),
  ];
  return lines.join('\n');
}

async function postgresText(): Promise<string> {
  const version = await withDatabase('postgres', ({ url }) =>
    withClient(url, async (client) => {
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
      return rows[0]?.server_version ?? 'unknown';
    }),
  );
  const settings = Object.entries(POSTGRES_SETTINGS).map(([name, value]) => `${name} = ${value}`);
  return `PostgreSQL ${version} with ${settings.join(', ')}; else as it is shipped, fsync on`;
}
