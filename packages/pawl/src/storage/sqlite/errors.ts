import { StoreFullError, StoreUnavailableError } from '../../ports/store.ts';

/** What SQLite says when one row cannot be written, by primary result code: the others of the batch may still be. */
const OF_ONE_UNIT: ReadonlySet<number> = new Set([
  1, // ERROR: a statement that fails for its values
  18, // TOOBIG
  19, // CONSTRAINT
  20, // MISMATCH
  25, // RANGE
]);

/** What an operator can do about an error that concerns the whole database. */
const ADVICE: Readonly<Record<number, string>> = {
  5: 'the database is locked by another program; close it',
  8: 'the database cannot be written; check the permissions of the file and its folder',
  10: 'reading or writing the disk failed',
  11: 'the database file is damaged; stop and restore a backup',
  13: 'the disk is full, or the database has reached the bound that it was given; free space, or raise the bound',
  14: 'the database file cannot be opened; check its folder',
  26: 'the file is not a SQLite database',
};

/** The only place that knows the driver's errors: names what was being done, what to do, and keeps the cause. */
export function storeError(doing: string, cause: unknown): StoreUnavailableError {
  if (cause instanceof StoreUnavailableError) return cause;
  const code = resultCode(cause);
  const what = (code === undefined ? undefined : ADVICE[code]) ?? messageOf(cause);
  const ErrorClass = isFull(cause) ? StoreFullError : StoreUnavailableError;
  return new ErrorClass(`${doing}: ${what}`, { cause });
}

/** Whether leaving out one unit may cure the error. An error that is not SQLite's is about a value that could not be bound. */
export function concernsOneUnit(error: unknown): boolean {
  const code = resultCode(error);
  return code === undefined || OF_ONE_UNIT.has(code);
}

/** Whether another connection held the lock that was asked for. */
export function isBusy(error: unknown): boolean {
  return resultCode(error) === 5;
}

/** Whether there was no room for what was to be written. */
export function isFull(error: unknown): boolean {
  return resultCode(error) === 13;
}

/** SQLite's primary result code: the low byte of the extended one. */
function resultCode(error: unknown): number | undefined {
  const code = error instanceof Error ? (error as { errcode?: unknown }).errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
