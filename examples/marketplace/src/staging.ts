import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { LineRecord, OrderRecord, PaymentRecord } from './records.ts';

/** An order with all its rows, as it is to be loaded. */
export interface StagedOrder extends OrderRecord {
  readonly sequence: number;
  readonly lines: readonly LineRecord[];
  readonly payments: readonly PaymentRecord[];
}

/**
 * The rows of the three files, in a database on disk that lives as long as the run. The files are in different orders,
 * so that joining them in memory would take as much of it as they are long.
 */
export class Staging {
  readonly #directory = mkdtempSync(join(tmpdir(), 'pawl-marketplace-'));
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor() {
    this.#database = new DatabaseSync(join(this.#directory, 'staging.db'));
    this.#database.exec(SCHEMA);
  }

  /** Runs work in one transaction, which is what makes many small writes fast. */
  async transaction(work: () => Promise<void>): Promise<void> {
    this.#database.exec('BEGIN');
    await work();
    this.#database.exec('COMMIT');
  }

  /** False if there is an order of this id already. */
  addOrder(order: OrderRecord): boolean {
    return this.run(
      `INSERT OR IGNORE INTO orders
         (id, customerId, status, purchasedAt, approvedAt, shippedAt, deliveredAt, estimatedAt)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[order.id, order.customerId, order.status, order.purchasedAt, order.approvedAt, order.shippedAt],
      ...[order.deliveredAt, order.estimatedAt],
    );
  }

  /** False if the order has a line of this number already. */
  addLine(line: LineRecord): boolean {
    return this.run(
      'INSERT OR IGNORE INTO lines VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[line.orderId, line.number, line.productId, line.sellerId, line.shipBy, line.price, line.freight],
    );
  }

  /** False if the order has a payment of this number already. */
  addPayment(payment: PaymentRecord): boolean {
    return this.run(
      'INSERT OR IGNORE INTO payments VALUES (?, ?, ?, ?, ?)',
      ...[payment.orderId, payment.sequence, payment.type, payment.installments, payment.value],
    );
  }

  refuse(orderId: string, reason: string): void {
    this.run('UPDATE orders SET refusal = ? WHERE id = ?', reason, orderId);
  }

  /** Orders that are not refused, behind one, in the order of their file. */
  ordersAfter(sequence: number, limit: number): readonly StagedOrder[] {
    const orders = this.all<OrderRecord & { sequence: number }>(
      'SELECT * FROM orders WHERE refusal IS NULL AND sequence > ? ORDER BY sequence LIMIT ?',
      ...[sequence, limit],
    );
    return orders.map((order) => ({
      ...order,
      lines: this.all<LineRecord>(
        'SELECT * FROM lines WHERE orderId = ? ORDER BY CAST(number AS INTEGER), number',
        order.id,
      ),
      payments: this.all<PaymentRecord>(
        `SELECT * FROM payments WHERE orderId = ? AND value IS NOT NULL
         ORDER BY CAST(sequence AS INTEGER), sequence`,
        order.id,
      ),
    }));
  }

  /** How many rows there are of a table and, with `WHERE`, of a condition. */
  count(rows: string): number {
    return this.all<{ count: number }>(`SELECT count(*) AS count FROM ${rows}`)[0]?.count ?? 0;
  }

  /** Rows of a query; numbers in them are below 2^53. */
  all<T>(sql: string, ...values: readonly SQLInputValue[]): readonly T[] {
    return this.#prepare(sql).all(...values) as readonly unknown[] as readonly T[];
  }

  /** Whether a statement changed anything. */
  run(sql: string, ...values: readonly SQLInputValue[]): boolean {
    return this.#prepare(sql).run(...values).changes !== 0;
  }

  close(): void {
    this.#database.close();
    rmSync(this.#directory, { recursive: true });
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

// Nothing here outlives the run, so that nothing is done to survive a crash.
const SCHEMA = `
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  CREATE TABLE orders (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    customerId TEXT NOT NULL,
    status TEXT NOT NULL,
    purchasedAt TEXT NOT NULL,
    approvedAt TEXT,
    shippedAt TEXT,
    deliveredAt TEXT,
    estimatedAt TEXT,
    refusal TEXT
  );
  CREATE TABLE lines (
    orderId TEXT NOT NULL,
    number TEXT NOT NULL,
    productId TEXT NOT NULL,
    sellerId TEXT NOT NULL,
    shipBy TEXT NOT NULL,
    price INTEGER,
    freight INTEGER,
    PRIMARY KEY (orderId, number)
  ) WITHOUT ROWID;
  CREATE TABLE payments (
    orderId TEXT NOT NULL,
    sequence TEXT NOT NULL,
    type TEXT NOT NULL,
    installments TEXT NOT NULL,
    value INTEGER,
    PRIMARY KEY (orderId, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE found (
    externalId TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    goods INTEGER NOT NULL,
    freight INTEGER NOT NULL
  ) WITHOUT ROWID;
`;
