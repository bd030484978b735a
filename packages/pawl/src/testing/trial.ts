import type { Outcome, Request } from '../engine/request.ts';
import type { Actor } from '../order/command.ts';
import type { Order } from '../order/order.ts';
import { createPawl, type Pawl, type PawlOptions } from '../pawl.ts';
import type { Store } from '../ports/store.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { defineWorkflow } from '../workflow/definition.ts';

export const DEMO = defineWorkflow({
  name: 'demo',
  initial: 'CREATED',
  states: {
    CREATED: { editable: true, on: { pay: 'PAID', cancel: 'CANCELLED' } },
    PAID: { on: { ship: 'SHIPPED', refund: 'CREATED', cancel: 'CANCELLED' } },
    SHIPPED: { final: true },
    CANCELLED: { final: true },
  },
});
export const ITEMS = [{ sku: 'A', qty: 2, price: '9.99' }];
export const WHOLE_TRAIL = { direction: 'asc', after: null, limit: 10_000 } as const;

/** An engine on a store of its own, and who calls it. */
export interface Trial {
  readonly pawl: Pawl;
  readonly store: Store;
  readonly tenant: number;
  readonly actor: Actor;
}

export async function trial(
  store: Store = createMemoryStore(),
  options: Partial<PawlOptions> = {},
): Promise<Trial> {
  const pawl = await createPawl({ store, workflows: [DEMO], ...options });
  const tenant = await pawl.tenant('default');
  return { pawl, store, tenant, actor: await pawl.actor(tenant, 'program', 'tester', ['admin']) };
}

/** The same store with some of its calls replaced. */
export function altered(store: Store, changes: Partial<Store>): Store {
  return Object.assign(Object.create(store) as Store, changes);
}

export async function created({ pawl }: Trial): Promise<Order> {
  return orderOf(await pawl.create({ workflow: 'demo', items: ITEMS }));
}

export function orderOf(outcome: Outcome): Order {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.rejection));
  return outcome.order;
}

export function event(on: Trial, orderId: string, name: string, more: Partial<Request> = {}): Request {
  return { tenant: on.tenant, actor: on.actor, orderId, command: { kind: 'event', event: name }, ...more };
}

export const summary = (outcome: Outcome): string =>
  `${outcome.ok ? `${outcome.order.status} ${outcome.order.version}` : outcome.rejection.code}${outcome.replayed ? ' again' : ''}`;
