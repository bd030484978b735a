import type { PinnedWorkflow } from '../order/situation.ts';
import type { StepPlace, Task } from '../order/work.ts';
import type { CompiledAction, CompiledStep, TaskPolicy } from '../workflow/compiled.ts';

/** What the definition says of a task. @throws {Error} if the definition has no such step: it is not the task's own. */
export function actionOf(
  { kind, place }: Pick<Task, 'kind' | 'place'>,
  { compiled }: PinnedWorkflow,
): CompiledAction {
  const step = stepOf(place, compiled.states);
  const action = kind === 'undo' ? step?.undo : step;
  if (action === undefined || action === null) {
    throw new Error(`${compiled.name} has no step ${place.position} at ${place.state} ${place.event ?? ''}`);
  }
  return action;
}

function stepOf(
  { state, event, branch, position }: StepPlace,
  states: PinnedWorkflow['compiled']['states'],
): CompiledStep | undefined {
  const compiled = states.get(state);
  const work = event === null ? compiled?.run : compiled?.on.get(event)?.[branch]?.work;
  return work?.steps[position];
}

/**
 * How long to wait after a failed attempt, milliseconds: a random part of what the policy's growth allows ("full jitter"), so
 * that those who failed together do not come back together. `fraction` is in [0, 1).
 */
export function retryDelayMs(
  { backoffMs, factor, capMs }: TaskPolicy,
  attempts: number,
  fraction: number,
): number {
  const longest = Math.min(capMs, backoffMs * factor ** Math.max(0, attempts - 1));
  return Math.floor(longest * fraction);
}
