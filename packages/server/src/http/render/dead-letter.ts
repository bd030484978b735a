import type { CompiledWorkflow, LiveOrder } from 'pawl';
import { viewFailure } from './failure.ts';
import { viewOrder } from './order.ts';

/** An order that people have to look at, and why. */
export function viewDeadLetter(order: LiveOrder, { states }: CompiledWorkflow): object {
  return {
    order: viewOrder(order),
    awaits_review: order.awaitsReview,
    redrive: states.get(order.status)?.redrive ?? null,
    dead_tasks: order.work.tasks
      .filter(({ dead }) => dead)
      .map(({ id, name, attempts, failures }) => ({
        task_id: id,
        task: name,
        attempts,
        failures: failures.map(viewFailure),
      })),
  };
}
