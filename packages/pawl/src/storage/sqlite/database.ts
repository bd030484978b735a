import { DatabaseSync } from 'node:sqlite';

/**
 * The first release without the defect by which a checkpoint from another connection could corrupt a file.
 * Ours run on a thread of their own.
 */
const SQLITE_MIN = '3.51.3';
/** Page caches. The writer's is the largest: beyond it SQLite writes pages of an open transaction to the log early. */
const CACHE_KIB: Readonly<Record<Access, number>> = { write: 65_536, read: 16_384, checkpoint: 2_048 };
/** Readers never wait for the writer in WAL; this covers the moments when the log is opened or restarted. */
const BUSY_MS = 5_000;

/** How a connection is meant to be used. */
export type Access = 'write' | 'read' | 'checkpoint';

/** Opens a connection with the settings that its use needs. */
export function openDatabase(path: string, access: Access): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: access === 'read', timeout: BUSY_MS });
  if (access !== 'read') {
    // FULL: NORMAL may lose acknowledged commits on power loss, and gains nothing once commits are grouped.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0');
  }
  database.exec(`PRAGMA cache_size = -${CACHE_KIB[access]}`);
  return database;
}

/** @throws Error if the SQLite of this Node is too old to be safe here. */
export function requireSqlite(version: string | undefined = process.versions['sqlite']): void {
  if (version !== undefined && isAtLeast(version, SQLITE_MIN)) return;
  throw new Error(
    `SQLite ${version ?? '(none)'} of Node ${process.versions.node} cannot be used: below ${SQLITE_MIN} a checkpoint may corrupt the database. Use a newer Node.`,
  );
}

function isAtLeast(version: string, least: string): boolean {
  const have = version.split('.').map(Number);
  const want = least.split('.').map(Number);
  for (let at = 0; at < want.length; at++) {
    const difference = (have[at] ?? 0) - (want[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
