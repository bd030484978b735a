import type { Evidence, OrderEvidence } from '../evidence.ts';
import type { Violation } from '../violation.ts';

/** How long a timer may be overdue in a run that has come to rest, milliseconds: one that was judged is gone. */
const OVERDUE_MS = 60_000;

/**
 * Where nothing disturbs a run any more and time has passed, every order is settled, waits for an event that its state accepts,
 * or is blocked by a dead task. What still has a task that could be carried out has been forgotten.
 */
export function* checkRest({ orders, final }: Evidence): Iterable<Violation> {
  for (const order of orders.values()) {
    const fault = faultOf(order, final.now);
    if (fault !== null) yield { promise: 'order-stuck', orderId: order.id, detail: fault };
  }
}

function faultOf({ order, rules }: OrderEvidence, now: number): string | null {
  const { status, settled, blocked, work } = order;
  const open = work.tasks.filter(({ dead }) => !dead).map(({ id, name }) => `${name} ${id}`);
  if (open.length > 0) return `in ${status}, ${open.join(', ')} is still open`;
  const overdue = work.timers.filter(({ dueAt }) => dueAt <= now - OVERDUE_MS);
  if (overdue.length > 0) return `in ${status}, a timer is overdue since ${overdue[0]?.dueAt}`;
  if (settled) return work.tasks.length + work.timers.length > 0 ? 'settled, and something is open' : null;
  if (blocked) return work.tasks.length > 0 ? null : 'blocked, and no task is dead';
  const state = rules?.states[status];
  if (work.timers.length > 0 || Object.keys(state?.on ?? {}).length > 0) return null;
  return `in ${status} nothing is open, and no event leads out`;
}
