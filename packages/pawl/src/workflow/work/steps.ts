import type {
  ActionDefinition,
  StageDefinition,
  StepDefinition,
  WorkDefinition,
  WorkflowDefinition,
} from '../definition.ts';
import { pointer } from '../finding.ts';

/** A step with where it stands, whichever way its work was written. */
export interface WrittenStep {
  readonly step: StepDefinition;
  /** The JSON pointer of the step. */
  readonly place: string;
  /** Index of its stage. */
  readonly stage: number;
  /** Counted through all stages, from 0. */
  readonly position: number;
}

/** An action with the JSON pointer of it, or of the name that stands for it. */
export interface WrittenAction {
  readonly action: ActionDefinition;
  readonly place: string;
}

/** The steps of a work by stage: those of one stage run at the same time. */
export function stagesOf(work: WorkDefinition, workPlace: string): readonly (readonly WrittenStep[])[] {
  let position = 0;
  return writtenStages(work, workPlace).map(({ stage, place }, index) =>
    writtenSteps(stage, place).map((written) => ({ ...written, stage: index, position: position++ })),
  );
}

/** What takes a step back: as the step says, or else as its task's declaration says. */
export function undoOf(
  { step, place }: Pick<WrittenStep, 'step' | 'place'>,
  tasks: WorkflowDefinition['tasks'],
): WrittenAction | undefined {
  if (step.undo !== undefined) return { action: longForm(step.undo), place: pointer(place, 'undo') };
  const declared =
    tasks !== undefined && Object.hasOwn(tasks, step.task) ? tasks[step.task]?.undo : undefined;
  if (declared === undefined) return undefined;
  return { action: { task: declared }, place: pointer('', 'tasks', step.task, 'undo') };
}

function writtenStages(work: WorkDefinition, place: string) {
  if (!isList(work)) return [{ stage: work, place }];
  return work.map((stage, index) => ({ stage, place: pointer(place, index) }));
}

function writtenSteps(stage: StageDefinition, place: string) {
  if (!('all' in stage)) return [{ step: stage, place }];
  return stage.all.map((step, index) => ({ step, place: pointer(place, 'all', index) }));
}

function longForm(undo: string | ActionDefinition): ActionDefinition {
  return typeof undo === 'string' ? { task: undo } : undo;
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
