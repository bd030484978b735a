import type { AcceptedWork, Order } from 'pawl';

export { viewOrder } from 'pawl';

/** What the caller of an event is told whose work has begun in the background, or had before. */
export function viewAccepted({ id, status }: Order, { message, taskId }: AcceptedWork): object {
  return { message, order_id: id, status, task_id: taskId };
}
