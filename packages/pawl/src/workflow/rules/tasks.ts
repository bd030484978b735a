import { BUILT_IN_TASKS, type TaskTraits } from '../built-in-tasks.ts';
import type { ActionDefinition, WorkflowDefinition } from '../definition.ts';
import { type Finding, finding, pointer } from '../finding.ts';
import { nearest } from '../names.ts';
import type { WrittenAction } from '../work/steps.ts';
import type { Graph } from './graph.ts';

/** Every step and every undo names a task that exists, and gives it what it takes; every declared task is used. */
export function checkTasks({ definition, nodes }: Graph): readonly Finding[] {
  const { tasks = {} } = definition;
  const steps = [...nodes.values()].flatMap(({ works }) => works.flatMap((work) => work.steps));
  const actions = [
    ...steps.flatMap(({ step, place }) => [
      { action: step, place },
      ...writtenUndo(step.undo, step.task, place),
    ]),
    ...Object.entries(tasks).flatMap(([name, { undo }]) =>
      writtenUndo(undo, name, pointer('', 'tasks', name)),
    ),
  ];
  return [...actions.flatMap((written) => actionFindings(written, tasks)), ...unusedTasks(tasks, actions)];
}

/** What a step that has ended well holds until it is undone. */
export function heldBy(task: string, tasks: WorkflowDefinition['tasks'] = {}): string | undefined {
  const builtIn = BUILT_IN_TASKS.get(task);
  if (builtIn !== undefined) return builtIn.holds ?? undefined;
  return Object.hasOwn(tasks, task) ? tasks[task]?.holds : undefined;
}

interface PlacedAction extends WrittenAction {
  /** Where the task is named. */
  readonly namePlace?: string;
  /** For an undo: the task whose steps it takes back. */
  readonly undone?: string;
}

/** Members that only some tasks take. */
const PARTICULAR = ['rules', 'topic', 'url', 'with'] as const;

/** A declared task is handed `with`, and nothing else. */
const DECLARED: TaskTraits['takes'] = { with: false };

function writtenUndo(
  undo: string | ActionDefinition | undefined,
  undone: string,
  around: string,
): readonly PlacedAction[] {
  if (undo === undefined) return [];
  const place = pointer(around, 'undo');
  return typeof undo === 'string'
    ? [{ action: { task: undo }, place, namePlace: place, undone }]
    : [{ action: undo, place, undone }];
}

function actionFindings(
  { action, place, namePlace = pointer(place, 'task'), undone }: PlacedAction,
  tasks: NonNullable<WorkflowDefinition['tasks']>,
): readonly Finding[] {
  const { task } = action;
  const takes = BUILT_IN_TASKS.get(task)?.takes ?? (Object.hasOwn(tasks, task) ? DECLARED : undefined);
  if (takes === undefined) {
    const known = [...Object.keys(tasks), ...BUILT_IN_TASKS.keys()];
    return [finding('unknown-task', namePlace, `There is no task ${task}.`, meant(task, known))];
  }
  const undoes = BUILT_IN_TASKS.get(task)?.undoes;
  if (undone !== undefined && undoes !== undefined && undoes !== '*' && undoes !== undone) {
    const detail =
      undoes === null ? `${task} takes nothing back.` : `${task} takes back ${undoes}, not ${undone}.`;
    return [
      finding('undo-invalid', namePlace, detail, 'Name the task that takes it back, or remove the undo.'),
    ];
  }
  const needed = Object.keys(takes).filter((member) => takes[member] === true);
  const strange = PARTICULAR.filter(
    (member) => action[member] !== undefined && !Object.hasOwn(takes, member),
  );
  return [
    ...needed
      .filter((member) => !Object.hasOwn(action, member))
      .map((member) => {
        const detail = `${task} needs \`${member}\`.`;
        return finding('missing-member', place, detail, `Write ${task} as an object with \`${member}\`.`);
      }),
    ...strange.map((member) => {
      const detail = `${task} does not take \`${member}\`.`;
      return finding('member-not-taken', pointer(place, member), detail, `Remove \`${member}\`.`);
    }),
  ];
}

function meant(task: string, known: readonly string[]): string {
  const guess = nearest(task, known);
  return guess === undefined
    ? `Declare it in \`tasks\`, or use ${known.join(', ')}.`
    : `Did you mean ${guess}?`;
}

function unusedTasks(
  tasks: NonNullable<WorkflowDefinition['tasks']>,
  actions: readonly PlacedAction[],
): readonly Finding[] {
  // That a task is its own undo is no use of it.
  const own = (name: string) => pointer('', 'tasks', name, 'undo');
  const used = new Set(
    actions.filter(({ action, place }) => place !== own(action.task)).map(({ action }) => action.task),
  );
  return Object.keys(tasks)
    .filter((name) => !used.has(name))
    .map((name) => {
      const detail = `No step and no undo names the task ${name}.`;
      return finding('unused-task', pointer('', 'tasks', name), detail, 'Remove it, or add a step.');
    });
}
