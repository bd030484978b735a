import type { DraftEvent, EventHead, EventPayload } from './event.ts';
import type { Order } from './order.ts';

/** What evolving needs of the definition. */
export interface StateFacts {
  readonly states: ReadonlyMap<string, { readonly final: boolean; readonly review: boolean }>;
}

/**
 * The order after one more event. `lastHash` is that of the event, which the chain gives it.
 * @throws {TypeError} for `created` and `edited` without their payload: after erasure the values are not known any more.
 */
export function evolve(
  order: Order | undefined,
  event: DraftEvent,
  hash: string,
  workflow: StateFacts,
): Order {
  const { head, payload } = event;
  if (head.type === 'created') return createdOrder(event, hash, workflow);
  if (order === undefined)
    throw new TypeError(`version ${head.version} of ${head.orderId} has no order to change`);
  return {
    ...order,
    ...(head.type === 'edited' ? required(payload.fields, event) : undefined),
    status: head.to,
    version: head.version,
    enteredVersion: entersState(event) ? head.version : order.enteredVersion,
    ...standing(event, workflow),
    // Once reviewed, an order is not looked at again for what does not move it.
    ...(order.settled && !order.awaitsReview && !entersState(event) ? { awaitsReview: false } : undefined),
    updatedAt: head.at,
    lastHash: hash,
  };
}

/** What is told of an event when its payload may have been erased. */
interface RecordedPart {
  readonly head: EventHead;
  readonly payload: EventPayload | null;
}

/** Whether an event enters a state, if only the one that it left. */
export function entersState({ head, payload }: RecordedPart): boolean {
  return head.from !== head.to || head.type === 'transitioned' || payload?.entered === true;
}

/** How an order stands after an event: the event says where its state alone would not tell. */
export function standing(
  { head, payload }: RecordedPart,
  { states }: StateFacts,
): Pick<Order, 'settled' | 'blocked' | 'awaitsReview'> {
  const state = states.get(head.to);
  const settled = state?.final === true && payload?.open !== true;
  const awaitsReview = settled && state?.review === true && head.type !== 'reviewed';
  return { settled, blocked: payload?.blocked === true, awaitsReview };
}

function createdOrder(event: DraftEvent, hash: string, workflow: StateFacts): Order {
  const { head, payload } = event;
  const { externalId, workflow: name, workflowVersion } = required(payload.created, event);
  return {
    tenant: head.tenant,
    id: head.orderId,
    externalId,
    workflow: name,
    workflowVersion,
    workflowHash: head.workflowHash,
    status: head.to,
    version: head.version,
    enteredVersion: head.version,
    ...standing(event, workflow),
    ...required(payload.fields, event),
    createdAt: head.at,
    updatedAt: head.at,
    lastHash: hash,
  };
}

function required<T>(part: T | undefined, event: DraftEvent): T {
  if (part === undefined) {
    throw new TypeError(`the payload of ${event.head.orderId}:${event.head.version} is incomplete`);
  }
  return part;
}
