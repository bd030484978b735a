import type {
  CompiledAction,
  CompiledState,
  CompiledStep,
  CompiledWork,
  CompiledWorkflow,
} from '../workflow/compiled.ts';
import type { StepPlace, Task } from './work.ts';

/**
 * What the definition of an order says of what its row names: a state, a work, a step, a task. A row that names something
 * else was made by another definition, and to go on by this one would be a guess.
 *
 * @throws {TypeError} if the definition has no such thing.
 */
export function stateOf({ name, states }: CompiledWorkflow, state: string): CompiledState {
  const compiled = states.get(state);
  if (compiled === undefined) throw new TypeError(`${name} has no state ${state}`);
  return compiled;
}

/** The work that a step or a run belongs to. @throws {TypeError} if the definition has no such work. */
export function workAt(
  workflow: CompiledWorkflow,
  { state, event, branch }: Omit<StepPlace, 'position'>,
): CompiledWork {
  const { run, on } = stateOf(workflow, state);
  const work = event === null ? run : on.get(event)?.[branch]?.work;
  if (work === undefined || work === null)
    throw new TypeError(`${workflow.name} has no work of ${event ?? 'the state'} at ${state}`);
  return work;
}

/** The step that stands there. @throws {TypeError} if the definition has no such step. */
export function stepAt(workflow: CompiledWorkflow, place: StepPlace): CompiledStep {
  const step = workAt(workflow, place).steps[place.position];
  if (step === undefined)
    throw new TypeError(
      `${workflow.name} has no step ${place.position} of ${place.event ?? 'the state'} at ${place.state}`,
    );
  return step;
}

/** What a task carries out: its step, or the undo of its step. @throws {TypeError} if the definition has no such thing. */
export function actionOf(
  workflow: CompiledWorkflow,
  { kind, place }: Pick<Task, 'kind' | 'place'>,
): CompiledAction {
  const step = stepAt(workflow, place);
  if (kind !== 'undo') return step;
  if (step.undo === null)
    throw new TypeError(`${workflow.name} has no undo of ${step.task} at ${place.state}`);
  return step.undo;
}
