import { closeSync, lstatSync, openSync, readlinkSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '../../ports/store.ts';
import { isBusy, storeError } from './errors.ts';

/** Where SQLite keeps user_version in a file: the holder leaves its process id there. */
const USER_VERSION_OFFSET = 60;

/**
 * What this process holds. Also a safeguard: POSIX drops a process's locks on a file as soon as it closes any descriptor of
 * it, so that reading the holder's id from our own lock file would release it.
 */
const held = new Set<string>();

/**
 * Makes this process the only one that writes the database, until the release or the process's death.
 * A second file, because SQLite's exclusive mode on the first would shut out our own readers.
 * @throws StoreUnavailableError if another process holds it, saying which.
 */
export function holdExclusively(databasePath: string): () => void {
  const path = `${realFile(databasePath)}.lock`;
  if (held.has(path)) throw takenError(databasePath, 'this very process has it open');
  const lock = acquire(databasePath, path);
  held.add(path);
  return () => {
    lock.close();
    held.delete(path);
  };
}

/** The one name of a file, whatever links lead to it. @throws {Error} if they go round. */
function realFile(path: string): string {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return realpathSync(path);
  // SQLite follows links also to a file that it has yet to create.
  const link = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (link) return realFile(resolve(realpathSync(dirname(path)), readlinkSync(path)));
  return join(realpathSync(dirname(path)), basename(path));
}

function acquire(databasePath: string, path: string): DatabaseSync {
  const lock = new DatabaseSync(path);
  try {
    // In this mode the lock of the first write is kept; the open transaction says so to whoever looks.
    lock.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA user_version = ${process.pid}; BEGIN EXCLUSIVE`);
    return lock;
  } catch (error) {
    lock.close();
    throw isBusy(error)
      ? takenError(databasePath, `process ${holderOf(path)} has it open`)
      : storeError(`cannot lock ${databasePath}`, error);
  }
}

function takenError(databasePath: string, who: string): StoreUnavailableError {
  return new StoreUnavailableError(
    `${databasePath} is in use: ${who}. One process at a time writes a SQLite database; stop the other one, or run several on PostgreSQL.`,
  );
}

function holderOf(path: string): number {
  const file = openSync(path, 'r');
  const bytes = Buffer.alloc(4);
  readSync(file, bytes, 0, 4, USER_VERSION_OFFSET);
  closeSync(file);
  return bytes.readInt32BE();
}
