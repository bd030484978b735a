import { AMOUNT, CURRENCY, EVENTS, type Names, type SeededOrder } from './history.ts';

/** What rows name by number, as PostgreSQL has given it. */
export interface Numbers {
  readonly from: number;
  readonly to: number;
  readonly hash: number;
}

/** The tables of orders, each with the columns that its lines have. */
export const COPIED = {
  orders: 'tenant, id, place, version, entered_version, flags, updated_at, last_hash',
  order_bodies: `tenant, id, customer_id, workflow_version, workflow_hash, created_at, currency, amount_total, items, metadata`,
  events: `tenant, order_id, version, type, actor, place_from, place_to, workflow_hash, at, salt, payload_hash, hash, previous_hash,
    event, payload`,
  commits: 'first_position, size, committed_at, tenants, order_ids, versions',
} as const;
export type Copied = keyof typeof COPIED;

/** Orders of one row of `commits`, as a busy node writes them. */
const ORDERS_PER_COMMIT = 64;
/** Numbers that stand for types of events in rows. */
const TYPES: Readonly<Record<string, number>> = { created: 1, transitioned: 3 };

/** The text of `COPY … FROM`, by table. Nothing in these orders has to be escaped: no value holds a tab, a line's end or a backslash. */
export function copyText(
  orders: readonly SeededOrder[],
  names: Names,
  numbers: Numbers,
): Readonly<Record<Copied, string>> {
  const lines: Record<Copied, string[]> = { orders: [], order_bodies: [], events: [], commits: [] };
  for (const order of orders) addOrder(lines, order, names, numbers);
  for (let from = 0; from < orders.length; from += ORDERS_PER_COMMIT)
    lines.commits.push(commitLine(orders.slice(from, from + ORDERS_PER_COMMIT), names));
  const texts = Object.entries(lines).map(([table, some]) => [table, some.join('')]);
  return Object.fromEntries(texts) as Record<Copied, string>;
}

function addOrder(
  lines: Record<Copied, string[]>,
  { id, createdAt, customerId, items, events }: SeededOrder,
  { tenant, workflowVersion }: Names,
  { from, to, hash }: Numbers,
): void {
  const uuid = hexOf(id);
  const [, { head, hash: lastHash }] = events;
  lines.orders.push(line(tenant, uuid, to, EVENTS, EVENTS, 0, head.at, bytes(lastHash)));
  const money = [CURRENCY, AMOUNT] as const;
  lines.order_bodies.push(
    line(tenant, uuid, customerId, workflowVersion, hash, createdAt, ...money, items, '{}'),
  );
  for (const event of events) {
    const { version, type, actor, at, event: name } = event.head;
    const places = version === 1 ? ([null, from] as const) : ([from, to] as const);
    // The hash of the version before is the previous hash: only the first event has one of its own.
    const previous = version === 1 ? bytes(event.previousHash) : null;
    const hashes = [bytes(event.payloadHash), bytes(event.hash), previous] as const;
    const what = [tenant, uuid, version, TYPES[type] ?? null, actor, ...places, hash, at] as const;
    lines.events.push(line(...what, event.salt, ...hashes, name, event.payloadText));
  }
}

function commitLine(orders: readonly SeededOrder[], { tenant }: Names): string {
  const first = (orders[0]?.index ?? 0) * EVENTS + 1;
  const ids = orders.flatMap(({ id }) => Array.from({ length: EVENTS }, () => hexOf(id)));
  const versions = orders.flatMap(({ events }) => events.map(({ head }) => head.version));
  const at = orders.at(-1)?.events[1].head.at ?? 0;
  return line(first, ids.length, at, array(ids.map(() => tenant)), array(ids), array(versions));
}

function line(...values: readonly (string | number | null)[]): string {
  return `${values.map((value) => value ?? '\\N').join('\t')}\n`;
}

function array(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`;
}

function bytes(hex: string): string {
  return `\\\\x${hex}`;
}

function hexOf(id: Uint8Array): string {
  return Buffer.from(id).toString('hex');
}
