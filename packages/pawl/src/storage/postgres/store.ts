import type { ActorKind } from '../../order/command.ts';
import type { Order } from '../../order/order.ts';
import type { StockBalance } from '../../order/stock.ts';
import type { LiveOrder } from '../../order/work.ts';
import {
  type ClaimQuery,
  type ClaimVerdict,
  type DeadLetterQuery,
  type Deployment,
  type Examination,
  type ExamineQuery,
  type FeedPage,
  type FeedQuery,
  HistoryDetachedError,
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
import { storeError } from './connection/errors.ts';
import type { Pool, Statement } from './connection/pool.ts';
import type { SmallNumbers } from './connection/small-numbers.ts';
import { DeadLetters } from './reader/dead-letters.ts';
import { examine } from './reader/examination/examine.ts';
import type { Feed } from './reader/feed.ts';
import { Lists } from './reader/lists.ts';
import { LiveOrders } from './reader/live-orders.ts';
import { StockReads } from './reader/stock.ts';
import { TaskReads } from './reader/tasks.ts';
import { Trails } from './reader/trail.ts';
import { Claims } from './writer/claims.ts';
import { Commits } from './writer/commits.ts';
import { expireKeys } from './writer/keys.ts';
import type { Partitions } from './writer/partitions.ts';
import { Registry } from './writer/registry.ts';
import { Room } from './writer/room.ts';
import { changeStock } from './writer/stock-changes.ts';

const PING: Statement = { name: 'ping', text: 'SELECT 1' };
const SECRET: Statement = { name: 'secret', text: `SELECT value FROM meta WHERE name = 'secret'` };

/** How many commits a node has in flight: while one waits for the disk the next is on its way. */
export const LANES = 2;
/** Units of one commit: more gain little and keep the first of them waiting. */
const UNITS_MAX = 128;

export interface PostgresStoreParts {
  /** For commits, and for the orders that lanes read just before one: no other read keeps these waiting for a connection. */
  readonly writers: Pool;
  readonly readers: Pool;
  readonly partitions: Partitions;
  readonly numbers: SmallNumbers;
  readonly feed: Feed;
  /** By the clock that decides. */
  readonly now: () => number;
  /** Frees what else is held. */
  readonly release: () => Promise<void>;
}

/** Orders in a PostgreSQL database, which many nodes share. Each call is one transaction, most of them one statement. */
export class PostgresStore implements Store {
  readonly capabilities: StoreCapabilities = {
    name: 'postgres',
    exclusiveWriter: false,
    lanes: LANES,
    unitsPerCommitMax: UNITS_MAX,
  };
  readonly #parts: PostgresStoreParts;
  readonly #orders: LiveOrders;
  readonly #ordersToCommit: LiveOrders;
  readonly #trails: Trails;
  readonly #lists: Lists;
  readonly #feed: Feed;
  readonly #stock: StockReads;
  readonly #tasks: TaskReads;
  readonly #deadLetters: DeadLetters;
  readonly #commits: Commits;
  readonly #claims: Claims;
  readonly #registry: Registry;
  readonly #room: Room;
  readonly #begun = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(parts: PostgresStoreParts) {
    const { writers, readers, partitions, numbers, feed, now } = parts;
    this.#parts = parts;
    this.#orders = new LiveOrders(readers, numbers);
    this.#ordersToCommit = new LiveOrders(writers, numbers);
    this.#trails = new Trails(readers, numbers);
    this.#lists = new Lists(readers, numbers);
    this.#feed = feed;
    this.#stock = new StockReads(readers);
    this.#tasks = new TaskReads(readers);
    this.#deadLetters = new DeadLetters(readers, numbers);
    const tools = { orders: this.#ordersToCommit, partitions, numbers, now };
    this.#commits = new Commits({ ...tools, pool: writers });
    this.#claims = new Claims(readers);
    this.#registry = new Registry(readers);
    this.#room = new Room(readers);
  }

  now(): number {
    return this.#parts.now();
  }

  ping(): Promise<void> {
    return this.#begin('ping', async () => {
      await this.#parts.readers.query(PING);
      await this.#room.require();
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  secret(): Promise<string> {
    return this.#begin('secret', async () => {
      const [row] = await this.#parts.readers.query<{ value: string }>(SECRET);
      return row?.value ?? '';
    });
  }

  internTenant(name: string): Promise<number> {
    return this.#begin('naming a tenant', () => this.#registry.tenant(name));
  }

  internActor(tenant: number, kind: ActorKind, name: string): Promise<number> {
    return this.#begin('naming an actor', () => this.#registry.actor(tenant, kind, name));
  }

  definitions(after: number): Promise<readonly StoredDefinition[]> {
    return this.#begin('definitions', () => this.#registry.definitions(after));
  }

  deploy(definition: NewDefinition): Promise<Deployment> {
    return this.#begin('deploying', () => this.#registry.deploy(definition, this.now()));
  }

  load(keys: readonly OrderKey[], before?: 'commit'): Promise<readonly (LiveOrder | undefined)[]> {
    const orders = before === 'commit' ? this.#ordersToCommit : this.#orders;
    return this.#begin('loading orders', () => orders.load(keys));
  }

  commit(units: readonly Unit[]): Promise<readonly UnitVerdict[]> {
    return this.#begin('committing', () => this.#commits.write(units));
  }

  lookup(key: OrderKey, version: number, commandId: string): Promise<boolean> {
    return this.#begin('looking up', () => this.#trails.lookup(key, version, commandId));
  }

  trail(query: TrailQuery): Promise<readonly RecordedEvent[]> {
    return this.#begin('trail', () => this.#trails.page(query));
  }

  list(query: ListQuery): Promise<readonly Order[]> {
    return this.#begin('list', () => this.#lists.page(query));
  }

  count(filter: ListFilter): Promise<number> {
    return this.#begin('count', () => this.#lists.count(filter));
  }

  feed(query: FeedQuery): Promise<FeedPage> {
    return this.#begin('feed', () => this.#feed.page(query, () => this.#closed !== undefined));
  }

  loadStock(keys: readonly StockKey[]): Promise<readonly (StockBalance | undefined)[]> {
    return this.#begin('stock', () => this.#stock.load(keys));
  }

  changeStock(change: StockChange): Promise<StockVerdict> {
    return this.#begin('changing stock', () => changeStock(this.#parts.readers, change, this.now()));
  }

  listStock(query: StockQuery): Promise<readonly StockBalance[]> {
    return this.#begin('stock', () => this.#stock.list(query));
  }

  movements(query: MovementQuery): Promise<readonly RecordedMovement[]> {
    return this.#begin('movements', () => this.#stock.movements(query));
  }

  peekWork(query: PeekQuery): Promise<WorkDue> {
    return this.#begin('looking for work', () => this.#tasks.due(query, this.now()));
  }

  claim(query: ClaimQuery): Promise<ClaimVerdict> {
    return this.#begin('claiming', () => this.#claims.claim(query, this.now()));
  }

  updateTasks(updates: readonly TaskUpdate[]): Promise<readonly boolean[]> {
    return this.#begin('changing tasks', () => this.#claims.update(updates));
  }

  listTasks(query: TaskQuery): Promise<readonly OpenTask[]> {
    return this.#begin('tasks', () => this.#tasks.list(query, this.now()));
  }

  deadLetters(query: DeadLetterQuery): Promise<readonly LiveOrder[]> {
    return this.#begin('dead letters', () => this.#deadLetters.page(query));
  }

  expireKeys(limit: number): Promise<number> {
    return this.#begin('expiring keys', () => expireKeys(this.#parts.readers, this.now(), limit));
  }

  examine(query: ExamineQuery): Promise<Examination> {
    return this.#begin('examining', () => examine(this.#parts.readers, query, this.now()));
  }

  /** Runs a call whole: once begun it ends, also when the store is closed meanwhile. */
  async #begin<T>(doing: string, call: () => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw new StoreUnavailableError('the store is closed');
    const begun = call();
    this.#begun.add(begun);
    try {
      return await begun;
    } catch (cause) {
      if (cause instanceof HistoryDetachedError) throw cause;
      const error = storeError(doing, cause);
      if (error instanceof StoreFullError) this.#room.lacks();
      throw error;
    } finally {
      this.#begun.delete(begun);
    }
  }

  async #close(): Promise<void> {
    await Promise.allSettled([...this.#begun]);
    const { writers, readers, release } = this.#parts;
    await release();
    await Promise.all([writers.close(), readers.close()]);
  }
}
