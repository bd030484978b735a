import type { ActorKind } from '../../order/command.ts';
import type { OrderEvent } from '../../order/event.ts';
import type { Order } from '../../order/order.ts';
import type { StockBalance, StockMovement } from '../../order/stock.ts';
import type { Effect, Run, Task, Timer } from '../../order/work.ts';
import type { KeyRecord, OrderKey, StockKey, StoredDefinition } from '../../ports/store.ts';
import { Agenda } from './work/agenda.ts';

export interface Tables {
  /** By order id, in the order of creation. */
  readonly orders: Map<string, OrderRow>;
  /** By order id; version n at index n − 1. */
  readonly events: Map<string, OrderEvent[]>;
  /** Every event; position p at index p − 1. */
  readonly feed: OrderEvent[];
  readonly keys: Map<string, KeyRecord>;
  /** Order ids by tenant and external id. */
  readonly externalIds: Map<string, string>;
  readonly tenants: Map<string, number>;
  readonly actorNumbers: Map<string, number>;
  /** Actor n at index n − 1. */
  readonly actors: { readonly kind: ActorKind; readonly name: string }[];
  readonly definitions: StoredDefinition[];
  readonly work: WorkTables;
  readonly stock: StockTables;
}

export interface OrderRow {
  readonly order: Order;
  readonly effects: readonly Effect[];
  readonly runs: readonly Run[];
}

/** Changed only by `putTask`, `dropTask`, `putTimer` and `dropTimer`, which keep rows and agendas equal. */
export interface WorkTables {
  /** By task id. */
  readonly tasks: Map<string, TaskRow>;
  /** By order id, then by task id. */
  readonly tasksOf: Map<string, Map<string, Task>>;
  /** By order id, then by entered version and index. */
  readonly timersOf: Map<string, Map<string, Timer>>;
  /** By the tasks' name: when each can be claimed. */
  readonly claims: Map<string, Agenda<TaskRow>>;
  readonly lapses: Agenda<TaskRow>;
  readonly timers: Agenda<TimerRow>;
}

export interface TaskRow extends OrderKey {
  readonly task: Task;
}

export interface TimerRow extends OrderKey {
  readonly timer: Timer;
}

export interface StockTables {
  /** By tenant and SKU. */
  readonly balances: Map<string, BalanceRow>;
  /** By tenant and SKU, oldest first. */
  readonly movements: Map<string, LedgerLine[]>;
  /** Tenant, effect key, SKU and kind of every movement. */
  readonly ledger: Set<string>;
}

export interface BalanceRow extends StockKey {
  readonly balance: StockBalance;
}

export interface LedgerLine extends StockMovement {
  readonly position: number;
  /** The actor's number. */
  readonly actorNumber: number;
}

export function createTables(): Tables {
  return {
    orders: new Map(),
    events: new Map(),
    feed: [],
    keys: new Map(),
    externalIds: new Map(),
    tenants: new Map(),
    actorNumbers: new Map(),
    actors: [],
    definitions: [],
    work: {
      tasks: new Map(),
      tasksOf: new Map(),
      timersOf: new Map(),
      claims: new Map(),
      lapses: new Agenda(),
      timers: new Agenda(),
    },
    stock: { balances: new Map(), movements: new Map(), ledger: new Set() },
  };
}
