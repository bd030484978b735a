import type { ActorKind } from '../../order/command.ts';
import type { Order } from '../../order/order.ts';
import type { StockBalance } from '../../order/stock.ts';
import type { LiveOrder } from '../../order/work.ts';
import type { Clock } from '../../ports/clock.ts';
import {
  type ClaimQuery,
  type ClaimVerdict,
  type DeadLetterQuery,
  type Deployment,
  type Examination,
  type ExamineQuery,
  type FeedPage,
  type FeedQuery,
  type ListFilter,
  type ListQuery,
  type MovementQuery,
  type NewDefinition,
  type OpenTask,
  type OrderKey,
  type PeekQuery,
  type RecordedEvent,
  type RecordedMovement,
  type StockChange,
  type StockKey,
  type StockQuery,
  type StockVerdict,
  type Store,
  type StoreCapabilities,
  type StoredDefinition,
  StoreFullError,
  StoreUnavailableError,
  type TaskQuery,
  type TaskUpdate,
  type TrailQuery,
  type Unit,
  type UnitVerdict,
  type WorkDue,
} from '../../ports/store.ts';
import { openDatabase } from './database.ts';
import { storeError } from './errors.ts';
import { isByPlace } from './reader/lists/list.ts';
import { Points } from './reader/points.ts';
import { threadEntry } from './threads/entry.ts';
import { MOVES_UNKNOWN, type ReaderCalls, type ThreadData, type WriterCalls } from './threads/protocol.ts';
import { encodeUnits } from './threads/wire.ts';
import { WorkerThread } from './threads/worker-thread.ts';

/** Expired keys deleted in one transaction: commits take turns with them. */
const EXPIRED_AT_ONCE = 128;
/** How long a writer may be silent before it counts as gone: a batch takes some ten milliseconds. */
const PING_MS = 5_000;

const COMMITTED: UnitVerdict = { kind: 'committed' };

export interface SqliteStoreParts {
  readonly path: string;
  readonly maxBytes: number | null;
  readonly clock: Clock;
  /** Gives up the exclusive hold of the file. */
  readonly release: () => void;
}

/** Orders in a SQLite file: one thread writes, one reads what may take long, and the caller's reads single rows itself. */
export class SqliteStore implements Store {
  readonly capabilities: StoreCapabilities = {
    name: 'sqlite',
    exclusiveWriter: true,
    lanes: 2,
    unitsPerCommitMax: 128,
  };
  readonly #clock: Clock;
  readonly #release: () => void;
  readonly #moves = new Int32Array(new SharedArrayBuffer(4)).fill(MOVES_UNKNOWN);
  readonly #writer: WorkerThread<WriterCalls>;
  readonly #reader: WorkerThread<ReaderCalls>;
  readonly #points: Points;
  readonly #begun = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor({ path, maxBytes, clock, release }: SqliteStoreParts) {
    this.#clock = clock;
    this.#release = release;
    const data: ThreadData = { path, maxBytes, moves: this.#moves };
    this.#writer = new WorkerThread<WriterCalls>('writer', threadEntry('writer'), data);
    this.#reader = new WorkerThread<ReaderCalls>('reader', threadEntry('reader'), data);
    this.#points = new Points(openDatabase(path, 'read'));
  }

  now(): number {
    return this.#clock.now();
  }

  ping(): Promise<void> {
    return this.#begin(async () => {
      this.#read('ping', () => this.#points.secret());
      const answered = new AbortController();
      const silence = this.#clock.sleep(PING_MS, answered.signal).then(() => {
        if (!answered.signal.aborted)
          throw new StoreUnavailableError(`the SQLite writer has not answered for ${PING_MS} ms`);
      });
      const answer = this.#writer.ask('ping', {}).finally(() => answered.abort());
      await Promise.race([answer, silence]);
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  secret(): Promise<string> {
    return this.#begin(() => this.#read('secret', () => this.#points.secret()));
  }

  internTenant(name: string): Promise<number> {
    return this.#begin(() => this.#writer.ask('intern-tenant', { name }));
  }

  internActor(tenant: number, kind: ActorKind, name: string): Promise<number> {
    return this.#begin(() => this.#writer.ask('intern-actor', { tenant, kind, name }));
  }

  definitions(after: number): Promise<readonly StoredDefinition[]> {
    return this.#begin(() => this.#read('definitions', () => this.#points.definitions(after)));
  }

  deploy(definition: NewDefinition): Promise<Deployment> {
    return this.#begin(() => this.#writer.ask('deploy', { now: this.now(), definition }));
  }

  load(keys: readonly OrderKey[]): Promise<readonly (LiveOrder | undefined)[]> {
    return this.#begin(() => this.#read('load', () => this.#points.orders(keys)));
  }

  commit(units: readonly Unit[]): Promise<readonly UnitVerdict[]> {
    return this.#begin(async () => {
      const verdicts = await this.#writer.ask('commit', { now: this.now(), units: encodeUnits(units) });
      return verdicts ?? units.map(() => COMMITTED);
    });
  }

  async lookup({ tenant, orderId }: OrderKey, version: number, commandId: string): Promise<boolean> {
    const [event] = await this.trail({ tenant, orderId, direction: 'asc', after: version - 1, limit: 1 });
    return event?.head.version === version && event.payload?.commandId === commandId;
  }

  trail(query: TrailQuery): Promise<readonly RecordedEvent[]> {
    const near = () => this.#points.nearTrail(query);
    return this.#begin(() => this.#read('trail', near) ?? this.#reader.ask('trail', { query }));
  }

  list(query: ListQuery): Promise<readonly Order[]> {
    return this.#begin(async () => {
      const settled = await this.#settleFor(query);
      return this.#reader.ask('list', { query, settled });
    });
  }

  count(filter: ListFilter): Promise<number> {
    return this.#begin(async () => {
      const settled = await this.#settleFor(filter);
      return this.#reader.ask('count', { filter, settled });
    });
  }

  feed(query: FeedQuery): Promise<FeedPage> {
    return this.#begin(() => this.#reader.ask('feed', { query }));
  }

  loadStock(keys: readonly StockKey[]): Promise<readonly (StockBalance | undefined)[]> {
    return this.#begin(() => this.#read('stock', () => this.#points.balances(keys)));
  }

  changeStock(change: StockChange): Promise<StockVerdict> {
    return this.#begin(() => this.#writer.ask('change-stock', { now: this.now(), change }));
  }

  listStock(query: StockQuery): Promise<readonly StockBalance[]> {
    return this.#begin(() => this.#reader.ask('list-stock', { query }));
  }

  movements(query: MovementQuery): Promise<readonly RecordedMovement[]> {
    return this.#begin(() => this.#reader.ask('movements', { query }));
  }

  peekWork(query: PeekQuery): Promise<WorkDue> {
    return this.#begin(() => this.#read('work', () => this.#points.workDue(query, this.now())));
  }

  claim(query: ClaimQuery): Promise<ClaimVerdict> {
    return this.#begin(() => this.#writer.ask('claim', { now: this.now(), query }));
  }

  updateTasks(updates: readonly TaskUpdate[]): Promise<readonly boolean[]> {
    return this.#begin(() => this.#writer.ask('update-tasks', { updates }));
  }

  listTasks(query: TaskQuery): Promise<readonly OpenTask[]> {
    return this.#begin(() => this.#reader.ask('list-tasks', { now: this.now(), query }));
  }

  deadLetters(query: DeadLetterQuery): Promise<readonly LiveOrder[]> {
    return this.#begin(() => this.#reader.ask('dead-letters', { query }));
  }

  expireKeys(limit: number): Promise<number> {
    return this.#begin(() => this.#expire(limit));
  }

  examine(query: ExamineQuery): Promise<Examination> {
    return this.#begin(() => this.#reader.ask('examine', { now: this.now(), query }));
  }

  async #expire(limit: number): Promise<number> {
    for (let expired = 0; ; ) {
      const part = Math.min(EXPIRED_AT_ONCE, limit - expired);
      const gone = part <= 0 ? 0 : await this.#writer.ask('expire-keys', { now: this.now(), limit: part });
      expired += gone;
      if (gone < EXPIRED_AT_ONCE) return expired;
    }
  }

  /**
   * Nobody reads behind their own write: what the index of places lacks is written before a list reads it. False where there is no
   * room for that: then the list reads the rows, slower by far, but while a disk is full reads go on.
   */
  async #settleFor(filter: ListFilter): Promise<boolean> {
    if (!isByPlace(filter) || Atomics.load(this.#moves, 0) === 0) return true;
    try {
      await this.#writer.ask('settle', {});
      return true;
    } catch (error) {
      if (error instanceof StoreFullError) return false;
      throw error;
    }
  }

  /** Reads on the caller's thread. */
  #read<T>(doing: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw storeError(`SQLite, ${doing}`, error);
    }
  }

  /** Runs a call whole: once begun it ends, also when the store is closed meanwhile. */
  async #begin<T>(call: () => T | Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw new StoreUnavailableError('the store is closed');
    const begun = (async () => call())();
    this.#begun.add(begun);
    try {
      return await begun;
    } finally {
      this.#begun.delete(begun);
    }
  }

  /** Readers first, the writer last: the last connection to close is the one that may empty the log. */
  async #close(): Promise<void> {
    await Promise.allSettled([...this.#begun]);
    try {
      this.#points.close();
      await this.#reader.end();
      await this.#writer.end();
    } finally {
      this.#release();
    }
  }
}
