import type { Store } from 'pawl';

const SQLITE = 'sqlite:';

/** The store of an engine in this process. */
export async function openStore(url: string): Promise<Store> {
  if (!url.startsWith(SQLITE)) return (await import('pawl/postgres')).openPostgresStore({ url });
  return (await import('pawl/sqlite')).openSqliteStore({ path: url.slice(SQLITE.length) });
}
