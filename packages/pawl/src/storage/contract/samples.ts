import { genesisHash, sealEvent } from '../../order/chain.ts';
import type { DraftEvent, EventHead, OrderEvent } from '../../order/event.ts';
import { evolve } from '../../order/evolve.ts';
import type { Order } from '../../order/order.ts';
import { orderIdOf } from '../../order/order-id.ts';
import type { StockEntry } from '../../order/stock.ts';
import { type LiveOrder, NO_WORK, type Work } from '../../order/work.ts';
import type { KeyRecord, Unit } from '../../ports/store.ts';
import { createIds, createSystemRandom, systemClock, systemDigest } from '../../ports/system.ts';

const random = createSystemRandom();
const ids = createIds(random);
const WORKFLOW = {
  states: new Map([
    ['DONE', { final: true, review: false }],
    ['FAILED', { final: true, review: true }],
  ]),
};

export const WORKFLOW_HASH = systemDigest('a definition');

/** What a sample may be told about itself. */
export interface SampleOptions {
  readonly tenant?: number;
  readonly at?: number;
  readonly customerId?: string | null;
  readonly externalId?: string | null;
  readonly workflow?: string;
  readonly status?: string;
  readonly sku?: string;
}

/** The unit that creates an order. */
export function creation(options: SampleOptions = {}): Unit & { order: LiveOrder } {
  const {
    tenant = 1,
    at = systemClock.now(),
    customerId = null,
    externalId = null,
    workflow = 'sample',
  } = options;
  const orderId = orderIdOf(at, Buffer.from(random.hex(10), 'hex'));
  const fields = {
    customerId,
    currency: 'USD',
    items: [{ sku: options.sku ?? 'A-1', qty: 2, price: '9.99' }],
    metadata: { note: 'naïve ☕ “text”', nested: { deep: [1, 2.5, null, true] } },
    amountTotal: '19.98',
  };
  const draft: DraftEvent = {
    head: head({
      tenant,
      orderId,
      version: 1,
      type: 'created',
      from: null,
      to: options.status ?? 'OPEN',
      at,
    }),
    payload: { commandId: ids.commandId(), fields, created: { workflow, workflowVersion: 1, externalId } },
  };
  const event = seal(draft, genesisHash(tenant, orderId, systemDigest));
  const order = evolve(undefined, draft, event.hash, WORKFLOW);
  return unitOf(order, NO_WORK, 0, [event], true);
}

/** What a sample step may be told about itself. */
export interface StepOptions {
  /** The actor's number. */
  readonly actor?: number;
  readonly open?: true;
  readonly blocked?: true;
}

/** The unit that moves an order on. */
export function step(
  order: LiveOrder,
  to: string,
  count = 1,
  { actor = 1, ...standing }: StepOptions = {},
): Unit & { order: LiveOrder } {
  const events: OrderEvent[] = [];
  let now: Order = order;
  for (let index = 0; index < count; index++) {
    const { tenant, id: orderId, version } = now;
    const what = {
      tenant,
      orderId,
      version: version + 1,
      type: 'transitioned' as const,
      from: now.status,
      to,
      at: now.updatedAt + 1,
    };
    const draft: DraftEvent = {
      head: { ...head(what), event: 'move', actor },
      payload: {
        commandId: ids.commandId(),
        reason: 'because',
        data: { n: index },
        requestId: 'r-1',
        occurredAt: 1_000,
        ...standing,
      },
    };
    const event = seal(draft, now.lastHash);
    now = evolve(now, draft, event.hash, WORKFLOW);
    events.push(event);
  }
  return unitOf(now, order.work, order.version, events, false);
}

/** The unit that replaces the editable fields. */
export function edition(
  order: LiveOrder,
  customerId: string | null,
  items: Order['items'],
): Unit & { order: LiveOrder } {
  const { tenant, id: orderId, version, currency, metadata, status } = order;
  const fields = { customerId, currency, items, metadata, amountTotal: '1.00' };
  const what = {
    tenant,
    orderId,
    version: version + 1,
    type: 'edited' as const,
    from: status,
    to: status,
    at: order.updatedAt,
  };
  const draft: DraftEvent = { head: head(what), payload: { commandId: ids.commandId(), fields } };
  const event = seal(draft, order.lastHash);
  const edited = evolve(order, draft, event.hash, WORKFLOW);
  return unitOf(edited, order.work, version, [event], true);
}

export function withKeys<T extends Unit>(unit: T, ...keys: KeyRecord[]): T {
  return { ...unit, keys };
}

export function withStock<T extends Unit>(unit: T, ...stock: StockEntry[]): T {
  return { ...unit, stock };
}

export function keyRecord(unit: Unit, options: Partial<KeyRecord> = {}): KeyRecord {
  return {
    hash: random.hex(16),
    fingerprint: random.hex(16),
    orderId: unit.orderId,
    version: unit.order?.version ?? 0,
    answer: null,
    expiresAt: systemClock.now() + 60_000,
    ...options,
  };
}

/** The key of a command that is about no order, and whose answer the store makes. */
export function orderlessKey(options: Partial<KeyRecord> = {}): KeyRecord {
  return {
    hash: random.hex(16),
    fingerprint: random.hex(16),
    orderId: '',
    version: 0,
    answer: null,
    expiresAt: systemClock.now() + 60_000,
    ...options,
  };
}

/** A unit that writes nothing to its order: it records answers under keys, or asks whether keys are free. */
export function keysOnly(order: Order, keys: readonly KeyRecord[], keysProbed: readonly string[] = []): Unit {
  const { tenant, id: orderId } = order;
  return {
    tenant,
    orderId,
    expectedVersion: null,
    order: null,
    bodyChanged: false,
    events: [],
    tasks: [],
    timers: [],
    stock: [],
    keys,
    keysProbed,
  };
}

function head(given: Omit<EventHead, 'event' | 'task' | 'actor' | 'workflowHash'>): EventHead {
  return { ...given, event: null, task: null, actor: 1, workflowHash: WORKFLOW_HASH };
}

function seal(draft: DraftEvent, previousHash: string): OrderEvent {
  return sealEvent(draft, previousHash, random.hex(16), systemDigest);
}

function unitOf(
  order: Order,
  work: Work,
  expectedVersion: number,
  events: OrderEvent[],
  bodyChanged: boolean,
): Unit & { order: LiveOrder } {
  return {
    tenant: order.tenant,
    orderId: order.id,
    expectedVersion,
    order: { ...order, work },
    bodyChanged,
    events,
    tasks: [],
    timers: [],
    stock: [],
    keys: [],
    keysProbed: [],
  };
}
