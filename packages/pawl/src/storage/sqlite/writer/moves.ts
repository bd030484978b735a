import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { orderIdFromBytes } from '../../../order/order-id.ts';
import type { Room } from './room.ts';
import { inTransaction, inUnsyncedTransaction } from './transaction.ts';

const LEAVE = 'DELETE FROM orders_by_place WHERE tenant = ? AND place = ? AND id = ?';
// Or ignore: after a crash the moves of a run that was half written are made again from its beginning.
const ENTER = 'INSERT OR IGNORE INTO orders_by_place (tenant, place, id) VALUES (?, ?, ?)';
const READ_POSITION = "SELECT position FROM projections WHERE name = 'orders_by_place'";
const WRITE_POSITION = "UPDATE projections SET position = ? WHERE name = 'orders_by_place'";
const MISSED =
  'SELECT position, tenant, order_id, place_from, place_to FROM events WHERE position > ? ORDER BY position LIMIT ?';

/**
 * From here on a run is begun behind the commits: sorted, that many moves share pages well. A list by state waits for about as
 * many to be written: longer runs gain no throughput that could be measured (ADR 4).
 */
const RUN_MIN = 512;
/** Missed moves made good in one transaction after a start. */
const MISSED_AT_ONCE = 4_096;
/** Moves written at once between two batches, so that none waits long: about a millisecond. */
const CHUNK = 128;

/** A move of an order from one place to another; `from` is null for a new order. */
export interface Move {
  readonly tenant: number;
  readonly orderId: string;
  readonly id: Uint8Array;
  readonly from: number | null;
  readonly to: number;
  readonly position: number;
}

interface MissedRow {
  readonly position: number;
  readonly tenant: number;
  readonly order_id: Uint8Array;
  readonly place_from: number | null;
  readonly place_to: number;
}

/**
 * The index of places, brought up to date behind the commits. Written with each transition it costs a sixth of the
 * throughput and two thirds more log; here an order that moved three times is written once, and sorted moves share pages.
 * All of it is derived from the events: losing it to a crash means catching up at the next start.
 */
export class Moves {
  readonly #database: DatabaseSync;
  readonly #leave: StatementSync;
  readonly #enter: StatementSync;
  readonly #writePosition: StatementSync;
  /** How many moves are not yet written, where other threads can read it. */
  readonly #count: Int32Array;
  readonly #room: Room;
  #pending = new Map<string, Move>();
  #position = 0;
  /** Moves being written chunk by chunk, in the order of their pages; then the position that they reach. */
  #run: Move[] = [];
  #runPosition = 0;

  constructor(database: DatabaseSync, count: Int32Array, room: Room) {
    this.#database = database;
    this.#count = count;
    this.#room = room;
    this.#leave = database.prepare(LEAVE);
    this.#enter = database.prepare(ENTER);
    this.#writePosition = database.prepare(WRITE_POSITION);
    this.#catchUp();
    this.#publish();
  }

  /** Notes committed moves, before the commit is answered. */
  add(moves: readonly Move[]): void {
    for (const move of moves) {
      const order = `${move.tenant} ${move.orderId}`;
      const earlier = this.#pending.get(order);
      this.#pending.set(order, earlier === undefined ? move : { ...move, from: earlier.from });
      this.#position = Math.max(this.#position, move.position);
    }
    this.#publish();
  }

  /** Between two batches: writes some moves if enough have gathered, the more the faster they gather. */
  proceed(): void {
    if (this.#run.length === 0 && this.#pending.size < RUN_MIN) return;
    if (this.#run.length === 0) this.#beginRun();
    this.#write(Math.max(CHUNK, this.#pending.size >> 3));
  }

  /** Writes all moves. */
  settle(): void {
    while (this.#run.length + this.#pending.size > 0) {
      if (this.#run.length === 0) this.#beginRun();
      this.#write(this.#run.length);
    }
  }

  #beginRun(): void {
    // From and to first: what leaves one place for another lies together in both, and each move stays whole.
    this.#run = [...this.#pending.values()].sort(byPages).reverse();
    this.#runPosition = this.#position;
    this.#pending = new Map();
  }

  #write(size: number): void {
    const chunk = this.#run.slice(-size);
    const write = (): void => {
      for (let at = chunk.length; at-- > 0; ) this.#leavePlace(chunk[at] as Move);
      for (let at = chunk.length; at-- > 0; ) this.#enterPlace(chunk[at] as Move);
      if (chunk.length === this.#run.length) this.#writePosition.run(this.#runPosition);
    };
    this.#room.beyond(() => inUnsyncedTransaction(this.#database, write));
    this.#run.length -= chunk.length;
    this.#publish();
  }

  #leavePlace(move: Move): void {
    if (move.from !== null && move.from !== move.to) this.#leave.run(move.tenant, move.from, move.id);
  }

  #enterPlace(move: Move): void {
    if (move.from !== move.to) this.#enter.run(move.tenant, move.to, move.id);
  }

  /** After a start: every missed move one by one, since a run may have been half written when the process died. */
  #catchUp(): void {
    const missed = this.#database.prepare(MISSED);
    this.#position = Number(this.#database.prepare(READ_POSITION).get()?.['position']);
    for (;;) {
      const rows = missed.all(this.#position, MISSED_AT_ONCE) as unknown as readonly MissedRow[];
      const last = rows.at(-1);
      if (last === undefined) return;
      this.#room.beyond(() => inTransaction(this.#database, () => this.#makeGood(rows, last.position)));
      this.#position = last.position;
    }
  }

  #makeGood(rows: readonly MissedRow[], position: number): void {
    for (const row of rows) {
      const move = moveOf(row);
      this.#leavePlace(move);
      this.#enterPlace(move);
    }
    this.#writePosition.run(position);
  }

  #publish(): void {
    Atomics.store(this.#count, 0, this.#run.length + this.#pending.size);
  }
}

function moveOf(row: MissedRow): Move {
  const { position, tenant, order_id: id, place_from: from, place_to: to } = row;
  return { tenant, orderId: orderIdFromBytes(id), id, from, to, position };
}

function byPages(a: Move, b: Move): number {
  return (
    a.tenant - b.tenant || (a.from ?? 0) - (b.from ?? 0) || a.to - b.to || (a.orderId < b.orderId ? -1 : 1)
  );
}
