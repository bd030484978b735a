import type { JsonObject, JsonValue, Order } from '../../../order/order.ts';
import type { HandedTask } from '../../../ports/task-handler.ts';

/** The body of a call: what a service needs to carry out a task, and to end it later. */
export function taskMessage(task: HandedTask, now: number): string {
  return JSON.stringify({
    type: 'task',
    timestamp: timeText(now),
    data: {
      task: task.name,
      effect_key: task.effectKey,
      token: task.token,
      attempt: task.attempt,
      undoes: task.undoes,
      input: inputOf(task),
      order: orderView(task.order),
    },
  });
}

/** What the definition gives under `with`; for an undo also what the step has told, where `with` does not say otherwise. */
function inputOf({ input, undoes }: HandedTask): JsonObject {
  const { url: _url, with: given, ...told } = input;
  return { ...(undoes === null ? {} : told), ...(isObject(given) ? given : {}) };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An order as the HTTP interface shows it. */
function orderView(order: Order): JsonObject {
  return {
    order_id: order.id,
    external_id: order.externalId,
    workflow: order.workflow,
    workflow_version: order.workflowVersion,
    status: order.status,
    version: order.version,
    settled: order.settled,
    blocked: order.blocked,
    customer_id: order.customerId,
    currency: order.currency,
    items: order.items.map(({ sku, qty, price }) => ({ sku, qty, price })),
    amount_total: order.amountTotal,
    metadata: order.metadata,
    created_at: timeText(order.createdAt),
    updated_at: timeText(order.updatedAt),
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
