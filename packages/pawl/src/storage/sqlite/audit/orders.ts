import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { orderIdFromBytes } from '../../../order/order-id.ts';
import type { LiveOrder } from '../../../order/work.ts';
import type {
  AuditedOrder,
  AuditProblem,
  FeedProblem,
  OrderAudit,
  StrayBody,
  StrayEvent,
  WorkProblem,
} from '../../../ports/audit.ts';
import type { RecordedEvent, StoredDefinition } from '../../../ports/store.ts';
import { DEFINITIONS_AFTER, type DefinitionRow, definitionOf } from '../reader/definitions.ts';
import { EVENT_COLUMNS, EVENT_JOINS, type EventRow, recordedEventOf } from '../reader/event-rows.ts';
import { LiveOrders } from '../reader/live-orders.ts';
import { inSnapshot } from '../reader/snapshot.ts';
import { openForAudit } from './open.ts';
import { workProblems } from './work.ts';

const COUNT = 'SELECT count(*) AS n FROM orders';
const HEAD = 'SELECT coalesce(max(position), 0) AS position FROM events';
const KEYS =
  'SELECT tenant, id, version, last_position FROM orders WHERE (tenant, id) > (?, ?) ORDER BY tenant, id LIMIT ?';
const EVENT = `SELECT ${EVENT_COLUMNS} FROM events e ${EVENT_JOINS} WHERE e.position = ?`;
const POSITIONS = `SELECT e.position, e.tenant, e.order_id, e.version, o.version AS order_version
  FROM events e LEFT JOIN orders o ON o.tenant = e.tenant AND o.id = e.order_id
  WHERE e.position > ? AND e.position <= ? ORDER BY e.position LIMIT ?`;
const NEWEST = 'SELECT version, last_position FROM orders WHERE tenant = ? AND id = ?';
/** How far the index of places must be right: an order whose last move is not beyond it has been written whole. */
const UNLISTED = `SELECT 1 FROM orders o CROSS JOIN projections j ON j.name = 'orders_by_place'
  LEFT JOIN orders_by_place l ON l.tenant = o.tenant AND l.place = o.place AND l.id = o.id
  WHERE o.tenant = ? AND o.id = ? AND o.last_position <= j.position AND l.id IS NULL`;
const BODIES = `SELECT b.number, b.tenant, b.id, o.body FROM order_bodies b
  LEFT JOIN orders o ON o.tenant = b.tenant AND o.id = b.id WHERE b.number > ? ORDER BY b.number LIMIT ?`;

/** Rows read at once, and between two looks at what else there is to do. */
const PAGE = 1_000;

interface KeyRow {
  readonly tenant: number;
  readonly id: Uint8Array;
  readonly version: number;
  readonly last_position: number;
}

interface PositionRow {
  readonly position: number;
  readonly tenant: number;
  readonly order_id: Uint8Array;
  readonly version: number;
  readonly order_version: number | null;
}

interface BodyKeyRow {
  readonly number: number;
  readonly tenant: number;
  readonly id: Uint8Array;
  /** The body that the order has; null if there is no such order. */
  readonly body: number | null;
}

/**
 * Opens a database for verification, read-only: beside a running process, or a copy. It is walked as it was then. Memory: one
 * order, and a bit for every event.
 */
export function openSqliteAudit(path: string): OrderAudit {
  return new Audit(openForAudit(path));
}

class Audit implements OrderAudit {
  readonly orders: number;
  readonly #database: DatabaseSync;
  readonly #live: LiveOrders;
  readonly #event: StatementSync;
  readonly #newest: StatementSync;
  readonly #unlisted: StatementSync;
  /** Events after it were written during the walk. */
  readonly #head: number;
  readonly #reached: Uint8Array;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#live = new LiveOrders(database);
    this.#event = database.prepare(EVENT);
    this.#newest = database.prepare(NEWEST);
    this.#unlisted = database.prepare(UNLISTED);
    this.orders = Number(database.prepare(COUNT).get()?.['n']);
    this.#head = Number(database.prepare(HEAD).get()?.['position']);
    this.#reached = new Uint8Array((this.#head >> 3) + 1);
  }

  async *each(): AsyncIterable<AuditedOrder> {
    this.#reached.fill(0);
    const keys = this.#database.prepare(KEYS);
    let after: Pick<KeyRow, 'tenant' | 'id'> = { tenant: -1, id: new Uint8Array(0) };
    for (;;) {
      const page = keys.all(after.tenant, after.id, PAGE) as unknown as readonly KeyRow[];
      for (const key of page) yield inSnapshot(this.#database, () => this.#order(key.tenant, key.id));
      after = page.at(-1) ?? after;
      if (page.length < PAGE) return;
    }
  }

  async *strays(): AsyncIterable<StrayEvent> {
    const positions = this.#database.prepare(POSITIONS);
    for (let after = 0; after < this.#head; ) {
      const page = positions.all(after, this.#head, PAGE) as unknown as readonly PositionRow[];
      for (const row of page) if (!this.#isReached(row.position)) yield strayOf(row);
      after = page.at(-1)?.position ?? this.#head;
    }
  }

  async *strayBodies(): AsyncIterable<StrayBody> {
    const bodies = this.#database.prepare(BODIES);
    for (let after = 0; ; ) {
      const page = bodies.all(after, PAGE) as unknown as readonly BodyKeyRow[];
      for (const { number, tenant, id, body } of page) {
        if (body !== number) yield { number, tenant, orderId: orderIdFromBytes(id) };
      }
      after = page.at(-1)?.number ?? after;
      if (page.length < PAGE) return;
    }
  }

  workProblems(): AsyncIterable<WorkProblem> {
    return workProblems(this.#database);
  }

  /** The events are the feed: nothing can be wrong between them. */
  async *feedProblems(): AsyncIterable<FeedProblem> {}

  async definitions(): Promise<readonly StoredDefinition[]> {
    const rows = this.#database.prepare(DEFINITIONS_AFTER).all(0);
    return (rows as unknown as DefinitionRow[]).map(definitionOf);
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  #order(tenant: number, id: Uint8Array): AuditedOrder {
    const problems: AuditProblem[] = [];
    const row = this.#row(tenant, id, problems);
    const newest = this.#newest.get(tenant, id) as unknown as KeyRow;
    const events = this.#chain(tenant, id, newest, problems);
    if (this.#unlisted.get(tenant, id) !== undefined) problems.push({ kind: 'row-unlisted' });
    return { tenant, orderId: orderIdFromBytes(id), row, events, first: 1, problems };
  }

  #row(tenant: number, id: Uint8Array, problems: AuditProblem[]): LiveOrder | null {
    try {
      const order = this.#live.load(tenant, id);
      if (order !== undefined) return order;
      problems.push({ kind: 'row-incomplete' });
    } catch {
      problems.push({ kind: 'row-unreadable' });
    }
    return null;
  }

  /** Walks the links back from the newest event to the first. */
  #chain(tenant: number, id: Uint8Array, newest: KeyRow, problems: AuditProblem[]): readonly RecordedEvent[] {
    const events: RecordedEvent[] = [];
    let expected = newest.version;
    for (
      let position: number | null = newest.last_position, limit = Number.POSITIVE_INFINITY;
      position !== null;
      expected--
    ) {
      const row = this.#event.get(position) as unknown as EventRow | undefined;
      const problem = linkProblem(row, position, limit, tenant, id) ?? this.#mark(position);
      if (problem !== undefined) problems.push(problem);
      if (row === undefined || problem !== undefined) break;
      if (row.version !== expected)
        problems.push({ kind: 'version-gap', position, expected, found: row.version });
      events.push(auditedEventOf(row));
      if (row.previous_position === null && row.version !== 1)
        problems.push({ kind: 'version-gap', position, expected: 1, found: row.version });
      limit = position;
      position = row.previous_position;
    }
    return events.reverse();
  }

  #mark(position: number): AuditProblem | undefined {
    if (position > this.#head) return undefined;
    if (this.#isReached(position)) return { kind: 'link-repeated', position };
    this.#reached[position >> 3] = (this.#reached[position >> 3] as number) | (1 << (position & 7));
    return undefined;
  }

  #isReached(position: number): boolean {
    return ((this.#reached[position >> 3] as number) & (1 << (position & 7))) !== 0;
  }
}

/** A payload that is no JSON any more keeps its text, whose hash then tells. */
function auditedEventOf(row: EventRow): RecordedEvent {
  try {
    return recordedEventOf(row);
  } catch {
    return { ...recordedEventOf({ ...row, payload: null }), payloadText: row.payload };
  }
}

function linkProblem(
  row: EventRow | undefined,
  position: number,
  limit: number,
  tenant: number,
  id: Uint8Array,
): AuditProblem | undefined {
  if (row === undefined) return { kind: 'link-broken', position };
  if (row.tenant !== tenant || Buffer.compare(row.order_id, id) !== 0) {
    return { kind: 'link-foreign', position, orderId: orderIdFromBytes(row.order_id) };
  }
  return position >= limit ? { kind: 'link-repeated', position } : undefined;
}

function strayOf({ position, tenant, order_id, version, order_version }: PositionRow): StrayEvent {
  const kind = order_version === null ? 'no-order' : version <= order_version ? 'duplicate' : 'beyond';
  return { position, tenant, orderId: orderIdFromBytes(order_id), version, kind };
}
