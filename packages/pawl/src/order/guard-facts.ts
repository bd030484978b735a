import type { GuardFacts } from '../workflow/compiled.ts';
import type { Actor } from './command.ts';
import type { JsonObject, Order } from './order.ts';

/** What rules may look at of an order. */
export function orderFacts(order: Order): GuardFacts['order'] {
  return {
    id: order.id,
    external_id: order.externalId,
    customer_id: order.customerId,
    status: order.status,
    version: order.version,
    currency: order.currency,
    amount_total: order.amountTotal,
    items: order.items,
    metadata: order.metadata,
    created_at: order.createdAt,
    updated_at: order.updatedAt,
  };
}

/** What the guard of a client event may look at. */
export function eventFacts(order: Order, data: JsonObject, now: number, actor: Actor): GuardFacts {
  const { name, kind, roles } = actor;
  return { order: orderFacts(order), data, now, actor: { id: name, kind, roles } };
}

const NOBODY = { id: 'system', kind: 'system', roles: [] };

/** What the guard of a timer and the rules of a check may look at: nobody has asked, and nobody has said anything. */
export function unattendedFacts(order: Order, now: number): GuardFacts {
  return { order: orderFacts(order), data: {}, now, actor: NOBODY };
}
