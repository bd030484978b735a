import { StoreFullError, StoreUnavailableError } from '../../../ports/store.ts';

/** Transactions that fail for what others did at the same time: nothing was written, and the same may succeed at once. */
const OF_OTHERS: ReadonlySet<string> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available: lock_timeout
]);

/** What an operator can do, by SQLSTATE or its class. */
const ADVICE: readonly (readonly [state: string, advice: string])[] = [
  ['28', 'the database refuses the user; check user and password in DATABASE_URL'],
  ['3D000', 'the database does not exist; create it, or correct DATABASE_URL'],
  ['42501', 'the user lacks a right that Pawl needs; see docs/OPERATIONS.md'],
  ['25006', 'the database takes no writes: it is a standby or is set to read only'],
  ['53100', 'the disk of the database is full; free space and the store goes on'],
  ['53300', 'the database has no connection left; raise its max_connections, or lower pool= in DATABASE_URL'],
  ['53', 'the database lacks memory or another resource'],
  ['57014', 'the database has taken too long and was told to give up'],
  ['57P', 'the database is stopping or starting'],
  ['58', 'the database could not reach its files'],
  ['XX001', 'a page of the database is damaged; stop and restore a backup'],
  ['XX002', 'an index of the database is damaged; rebuild it with REINDEX'],
];

/** disk_full: what is written takes more room, and what is read is still there. */
const FULL = '53100';

/** States of a database that cannot serve anybody at the moment. */
const AWAY = /^(08|25006|28|3D000|42501|53|57|58|XX00[12])/;

/** Whether the disk of the database is full. */
export function isFull(error: unknown): boolean {
  return stateOf(error) === FULL;
}

/** The only place that knows the driver's errors: names what was being done, what to do, and keeps the cause. */
export function storeError(doing: string, cause: unknown): StoreUnavailableError {
  if (cause instanceof StoreUnavailableError) return cause;
  const state = stateOf(cause);
  const advice = ADVICE.find(([prefix]) => state?.startsWith(prefix))?.[1];
  const text = `PostgreSQL, ${doing}: ${advice ?? messageOf(cause)}`;
  return isFull(cause) ? new StoreFullError(text, { cause }) : new StoreUnavailableError(text, { cause });
}

/** What two transactions may both have found free: the second to write it finds it taken when it looks again. */
const RACED: ReadonlySet<string> = new Set(['order_bodies_by_external_id', 'orders_pkey']);

/** Whether the same may succeed, or be refused as it should be, at once: nothing but another transaction stood in its way. */
export function isTransient(error: unknown): boolean {
  if (OF_OTHERS.has(stateOf(error) ?? '')) return true;
  const { constraint } = error as { readonly constraint?: unknown };
  return stateOf(error) === '23505' && typeof constraint === 'string' && RACED.has(constraint);
}

/** Whether leaving out one unit may cure the error: it is about what was to be written, not about the database. */
export function concernsOneUnit(error: unknown): boolean {
  const state = stateOf(error);
  // What has no SQLSTATE is about the connection, unless the driver could not send a value.
  if (state === undefined) return error instanceof TypeError || error instanceof RangeError;
  return !AWAY.test(state) && !OF_OTHERS.has(state);
}

/** Events have no part yet for the time in which one of the orders was made. */
export function lacksPartition(error: unknown): boolean {
  // Its text is in the language of the database.
  return (
    stateOf(error) === '23514' && (error as { readonly routine?: unknown }).routine === 'ExecFindPartition'
  );
}

function stateOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  // The driver's own codes, such as ECONNREFUSED, are longer.
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
