import type { JsonObject, JsonValue } from '../../../order/order.ts';
import { viewOrder } from '../../../order/order-view.ts';
import { timeText } from '../../../order/time-text.ts';
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
      order: viewOrder(task.order),
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
