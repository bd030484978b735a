import type { Troubles } from './loader.ts';
import type { Reading } from './stage.ts';
import type { Staging } from './staging.ts';
import { STATUSES, stateOf } from './steps.ts';
import type { Tally } from './tally.ts';

/** What became of the rows of one file. */
export interface FileAccount {
  readonly rows: number;
  readonly cents: number;
  readonly loaded: number;
  readonly loadedCents: number;
  readonly refused: ReadonlyMap<string, { readonly rows: number; readonly cents: number }>;
}

export interface StatusAccount {
  readonly status: string;
  /** Orders to load of this status. */
  readonly expected: number;
  /** Of those, how many the service has in it, plus those that it has in it and should not. */
  readonly found: number;
}

/** Amounts of the loaded orders, cents. */
export interface Amounts {
  readonly goods: number;
  readonly freight: number;
}

/** Everything that was read, against everything that the service has. */
export interface Account {
  readonly orders: FileAccount;
  readonly lines: FileAccount;
  readonly payments: FileAccount;
  readonly byTheFiles: Amounts;
  readonly byTheService: Amounts;
  readonly statuses: readonly StatusAccount[];
  /** Orders that the service lacks, or has otherwise than the files: their number, and the first few. */
  readonly different: { readonly count: number; readonly first: readonly string[] };
  readonly troubles: Troubles;
  /** What is odd about rows that were loaded nevertheless. */
  readonly oddities: ReadonlyMap<string, number>;
}

/** Draws up the account. */
export function drawAccount(staging: Staging, reading: Reading, troubles: Troubles): Account {
  return {
    orders: orderAccount(staging, reading.orders),
    lines: rowAccount(staging, reading.lines, LINES),
    payments: rowAccount(staging, reading.payments, PAYMENTS),
    byTheFiles: one<Amounts>(staging, AMOUNTS_OF_FILES),
    byTheService: one<Amounts>(staging, AMOUNTS_OF_SERVICE),
    statuses: statusAccounts(staging),
    different: {
      count: one<{ count: number }>(staging, `SELECT count(*) AS count FROM (${DIFFERENT})`).count,
      first: staging.all<{ id: string }>(`${DIFFERENT} ORDER BY sequence LIMIT 5`).map(({ id }) => id),
    },
    troubles,
    oddities: new Map(ODDITIES.map(([what, sql]) => [what, one<{ count: number }>(staging, sql).count])),
  };
}

/** Whether every row is accounted for, and the service has the loaded orders as the files do, to the cent. */
export function balances(account: Account): boolean {
  const { orders, lines, payments, byTheFiles, byTheService, statuses, different, troubles } = account;
  return (
    [orders, lines, payments].every(addsUp) &&
    byTheFiles.goods === byTheService.goods &&
    byTheFiles.freight === byTheService.freight &&
    byTheFiles.goods + byTheFiles.freight === lines.loadedCents &&
    statuses.every(({ expected, found }) => expected === found) &&
    different.count === 0 &&
    troubles.size === 0
  );
}

function addsUp({ rows, cents, loaded, loadedCents, refused }: FileAccount): boolean {
  const parts = [...refused.values()];
  return (
    rows === parts.reduce((sum, part) => sum + part.rows, loaded) &&
    cents === parts.reduce((sum, part) => sum + part.cents, loadedCents)
  );
}

function orderAccount(staging: Staging, tally: Tally): FileAccount {
  const reasons = staging.all<{ reason: string | null; rows: number }>(
    'SELECT refusal AS reason, count(*) AS rows FROM orders GROUP BY refusal ORDER BY rows DESC',
  );
  const refused = new Map(tally.refused);
  for (const { reason, rows } of reasons) if (reason !== null) refused.set(reason, { rows, cents: 0 });
  const loaded = reasons.find(({ reason }) => reason === null)?.rows ?? 0;
  return { rows: tally.rows, cents: 0, loaded, loadedCents: 0, refused };
}

/** Rows that belong to orders: a row is refused for itself, or with its order. */
function rowAccount(staging: Staging, tally: Tally, { table, cents, isUnreadable }: RowKind): FileAccount {
  const reasons = staging.all<{ reason: string | null; rows: number; cents: number }>(
    `SELECT CASE
        WHEN ${isUnreadable} THEN 'no amount that can be read'
        WHEN o.id IS NULL THEN 'its order is not in the file of orders'
        WHEN o.refusal IS NOT NULL THEN 'its order is refused'
      END AS reason, count(*) AS rows, sum(${cents}) AS cents
     FROM ${table} r LEFT JOIN orders o ON o.id = r.orderId GROUP BY reason`,
  );
  const refused = new Map(tally.refused);
  for (const { reason, rows, cents } of reasons) if (reason !== null) refused.set(reason, { rows, cents });
  const loaded = reasons.find(({ reason }) => reason === null);
  const { rows: loadedRows = 0, cents: loadedCents = 0 } = loaded ?? {};
  return { rows: tally.rows, cents: tally.cents, loaded: loadedRows, loadedCents, refused };
}

interface RowKind {
  readonly table: string;
  readonly cents: string;
  readonly isUnreadable: string;
}

const LINES: RowKind = {
  table: 'lines',
  cents: 'ifnull(r.price, 0) + ifnull(r.freight, 0)',
  isUnreadable: 'r.price IS NULL OR r.freight IS NULL',
};
const PAYMENTS: RowKind = { table: 'payments', cents: 'ifnull(r.value, 0)', isUnreadable: 'r.value IS NULL' };

function statusAccounts(staging: Staging): readonly StatusAccount[] {
  const expected = countsOf(
    staging,
    'SELECT status AS name, count(*) AS count FROM orders WHERE refusal IS NULL GROUP BY 1',
  );
  const found = countsOf(staging, `SELECT f.status AS name, count(*) AS count ${FOUND_LOADED} GROUP BY 1`);
  return STATUSES.map((status) => {
    return { status, expected: expected.get(status) ?? 0, found: found.get(stateOf(status)) ?? 0 };
  });
}

function countsOf(staging: Staging, sql: string): ReadonlyMap<string, number> {
  return new Map(staging.all<{ name: string; count: number }>(sql).map(({ name, count }) => [name, count]));
}

function one<T>(staging: Staging, sql: string): T {
  const [row] = staging.all<T>(sql);
  if (row === undefined) throw new Error(`no row from ${sql}`);
  return row;
}

const FOUND_LOADED = 'FROM found f JOIN orders o ON o.id = f.externalId AND o.refusal IS NULL';
const AMOUNTS_OF_FILES = `
  SELECT ifnull(sum(l.price), 0) AS goods, ifnull(sum(l.freight), 0) AS freight
  FROM lines l JOIN orders o ON o.id = l.orderId AND o.refusal IS NULL`;
const AMOUNTS_OF_SERVICE = `
  SELECT ifnull(sum(f.goods), 0) AS goods, ifnull(sum(f.freight), 0) AS freight ${FOUND_LOADED}`;
/** Equal sums could hide two errors that cancel out, so that each order is compared as well. */
const DIFFERENT = `
  SELECT o.sequence, o.id FROM orders o LEFT JOIN found f ON f.externalId = o.id
  WHERE o.refusal IS NULL AND (
    f.status IS NOT upper(o.status)
    OR f.goods IS NOT (SELECT sum(price) FROM lines WHERE orderId = o.id)
    OR f.freight IS NOT (SELECT sum(freight) FROM lines WHERE orderId = o.id))`;

const COUNT_LOADED = 'SELECT count(*) AS count FROM orders o WHERE o.refusal IS NULL AND';
const ODDITIES: readonly (readonly [string, string])[] = [
  [
    'orders whose times are in another order than their steps',
    `${COUNT_LOADED} (approvedAt < purchasedAt OR shippedAt < approvedAt OR deliveredAt < shippedAt)`,
  ],
  [
    'orders with a step whose time is not known',
    `${COUNT_LOADED} (
       (status NOT IN ('created', 'canceled', 'unavailable') AND approvedAt IS NULL)
       OR (status IN ('shipped', 'delivered') AND shippedAt IS NULL)
       OR (status = 'delivered' AND deliveredAt IS NULL)
       OR status IN ('invoiced', 'processing', 'canceled', 'unavailable'))`,
  ],
  [
    'orders that were paid another sum than their total',
    `${COUNT_LOADED} (SELECT sum(price + freight) FROM lines WHERE orderId = o.id)
       IS NOT (SELECT sum(value) FROM payments WHERE orderId = o.id)`,
  ],
  [
    'payments of nothing',
    'SELECT count(*) AS count FROM payments p JOIN orders o ON o.id = p.orderId AND o.refusal IS NULL WHERE value = 0',
  ],
];
