import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ActorKind } from '../../order/command.ts';
import type { Order } from '../../order/order.ts';
import { isOrderId, orderIdToBytes } from '../../order/order-id.ts';
import type { Clock } from '../../ports/clock.ts';
import {
  type Deployment,
  type FeedPage,
  type FeedQuery,
  type ListFilter,
  type ListQuery,
  type NewDefinition,
  type OrderKey,
  type RecordedEvent,
  type Store,
  type StoreCapabilities,
  type StoredDefinition,
  StoreUnavailableError,
  type TrailQuery,
  type Unit,
  type UnitVerdict,
} from '../../ports/store.ts';
import { openDatabase } from './database.ts';
import { storeError } from './errors.ts';
import { ALL_DEFINITIONS, type DefinitionRow, definitionOf } from './reader/definitions.ts';
import { isByPlace } from './reader/list.ts';
import { LOAD_ORDER, type OrderRow, orderOf } from './reader/order-rows.ts';
import { inSnapshot } from './reader/snapshot.ts';
import { Trails } from './reader/trail.ts';
import { threadEntry } from './threads/entry.ts';
import { MOVES_UNKNOWN, type ReaderCalls, type ThreadData, type WriterCalls } from './threads/protocol.ts';
import { encodeUnits } from './threads/wire.ts';
import { WorkerThread } from './threads/worker-thread.ts';

/** Links walked on the caller's thread for a page of a trail, about 5 µs each; longer walks go to the reader. */
const WALK_MAX = 200;
/** Expired keys deleted in one transaction: commits take turns with them. */
const EXPIRED_AT_ONCE = 128;
/** How long a writer may be silent before it counts as gone: a batch takes some ten milliseconds. */
const PING_MS = 5_000;

const READ_SECRET = "SELECT value FROM meta WHERE name = 'secret'";
const COMMITTED: UnitVerdict = { kind: 'committed' };

export interface SqliteStoreParts {
  readonly path: string;
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
  readonly #database: DatabaseSync;
  readonly #load: StatementSync;
  readonly #trails: Trails;
  readonly #begun = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor({ path, clock, release }: SqliteStoreParts) {
    this.#clock = clock;
    this.#release = release;
    const data: ThreadData = { path, moves: this.#moves };
    this.#writer = new WorkerThread<WriterCalls>('writer', threadEntry('writer'), data);
    this.#reader = new WorkerThread<ReaderCalls>('reader', threadEntry('reader'), data);
    this.#database = openDatabase(path, 'read');
    this.#load = this.#database.prepare(LOAD_ORDER);
    this.#trails = new Trails(this.#database);
  }

  now(): number {
    return this.#clock.now();
  }

  ping(): Promise<void> {
    return this.#begin(async () => {
      this.#read('ping', () => this.#database.prepare(READ_SECRET).get());
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
    return this.#begin(() =>
      this.#read('secret', () => String(this.#database.prepare(READ_SECRET).get()?.['value'])),
    );
  }

  internTenant(name: string): Promise<number> {
    return this.#begin(() => this.#writer.ask('intern-tenant', { name }));
  }

  internActor(tenant: number, kind: ActorKind, name: string): Promise<number> {
    return this.#begin(() => this.#writer.ask('intern-actor', { tenant, kind, name }));
  }

  definitions(): Promise<readonly StoredDefinition[]> {
    const all = () =>
      (this.#database.prepare(ALL_DEFINITIONS).all() as unknown as DefinitionRow[]).map(definitionOf);
    return this.#begin(() => this.#read('definitions', all));
  }

  deploy(definition: NewDefinition): Promise<Deployment> {
    return this.#begin(() => this.#writer.ask('deploy', { now: this.now(), definition }));
  }

  load(keys: readonly OrderKey[]): Promise<readonly (Order | undefined)[]> {
    const all = () => inSnapshot(this.#database, () => keys.map((key) => this.#loadOne(key)));
    return this.#begin(() => this.#read('load', all));
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
    const near = () => (this.#trails.walkOf(query) <= WALK_MAX ? this.#trails.page(query) : undefined);
    return this.#begin(() => this.#read('trail', near) ?? this.#reader.ask('trail', { query }));
  }

  list(query: ListQuery): Promise<readonly Order[]> {
    return this.#begin(async () => {
      await this.#settleFor(query);
      return this.#reader.ask('list', { query });
    });
  }

  count(filter: ListFilter): Promise<number> {
    return this.#begin(async () => {
      await this.#settleFor(filter);
      return this.#reader.ask('count', { filter });
    });
  }

  feed(query: FeedQuery): Promise<FeedPage> {
    return this.#begin(() => this.#reader.ask('feed', { query }));
  }

  expireKeys(limit: number): Promise<number> {
    return this.#begin(() => this.#expire(limit));
  }

  async #expire(limit: number): Promise<number> {
    for (let expired = 0; ; ) {
      const part = Math.min(EXPIRED_AT_ONCE, limit - expired);
      const gone = part <= 0 ? 0 : await this.#writer.ask('expire-keys', { now: this.now(), limit: part });
      expired += gone;
      if (gone < EXPIRED_AT_ONCE) return expired;
    }
  }

  /** Nobody reads behind their own write: what the index of places lacks is written before a list reads it. */
  async #settleFor(filter: ListFilter): Promise<void> {
    if (isByPlace(filter) && Atomics.load(this.#moves, 0) !== 0) await this.#writer.ask('settle', {});
  }

  #loadOne({ tenant, orderId }: OrderKey): Order | undefined {
    if (!isOrderId(orderId)) return undefined;
    const row = this.#load.get(tenant, orderIdToBytes(orderId));
    return row === undefined ? undefined : orderOf(row as unknown as OrderRow);
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
      this.#database.close();
      await this.#reader.end();
      await this.#writer.end();
    } finally {
      this.#release();
    }
  }
}
