import type { ActorKind } from '../../order/command.ts';
import type { OrderEvent } from '../../order/event.ts';
import type { Order } from '../../order/order.ts';
import type { KeyRecord, StoredDefinition } from '../../ports/store.ts';

export interface Tables {
  /** By order id, in the order of creation. */
  readonly orders: Map<string, Order>;
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
  };
}
