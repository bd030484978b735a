import type { JsonObject, Order } from '../../order/order.ts';
import type { HandedTask, HandlerTools } from '../../ports/task-handler.ts';

/** For tests of handlers: what a runner would hand them. */

export const EXAMPLE_NOW = Date.UTC(2026, 2, 1, 12);

export function exampleOrder(metadata: JsonObject = {}): Order {
  return {
    tenant: 1,
    id: 'ord_01kjm2x9v0e5stpqn4c6b7d8fg',
    externalId: 'web-17',
    workflow: 'preorder',
    workflowVersion: 2,
    workflowHash: 'a'.repeat(64),
    status: 'RESERVED',
    version: 3,
    enteredVersion: 3,
    settled: false,
    blocked: false,
    awaitsReview: false,
    customerId: null,
    currency: 'EUR',
    items: [{ sku: 'A-1', qty: 2, price: '9.99' }],
    amountTotal: '19.98',
    metadata,
    createdAt: EXAMPLE_NOW - 5_000,
    updatedAt: EXAMPLE_NOW - 1_000,
    lastHash: 'b'.repeat(64),
  };
}

export function exampleTask(changes: Partial<HandedTask> = {}): HandedTask {
  const order = changes.order ?? exampleOrder();
  return {
    effectKey: `${order.id}:3:0`,
    name: 'http',
    attempt: 1,
    input: {},
    undoes: null,
    order,
    token: 7,
    rules: [],
    ...changes,
  };
}

/** `slept` grows by each wait, none of which takes any time. */
export function exampleTools(
  changes: Partial<HandlerTools> = {},
): HandlerTools & { readonly slept: number[] } {
  const slept: number[] = [];
  const sleep = async (ms: number) => {
    slept.push(ms);
  };
  return { signal: new AbortController().signal, now: EXAMPLE_NOW, sleep, slept, ...changes };
}
