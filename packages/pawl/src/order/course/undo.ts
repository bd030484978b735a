import type { JsonObject } from '../order.ts';
import type { StepPlace, Task } from '../work.ts';
import type { Course, Entry } from './course.ts';
import { takeBack } from './local.ts';
import { isLocal, newTask } from './new-task.ts';

/** A step with an effect that has happened, or may have. */
type Undoable = StepPlace & { readonly id: string };

/** Takes back what the order's run has done up to now: also if the state that asks for it is left meanwhile. */
export function compensate(course: Course): void {
  course.effects = course.effects.map((effect) => ({ ...effect, undoing: true }));
  goOn(course);
}

/** The last step first, one undo after the other. Those that need nothing but stock are carried out at once. */
function goOn(course: Course): void {
  while (!course.tasks.some(({ kind }) => kind === 'undo')) {
    const last = course.effects.findLast(({ undoing }) => undoing);
    if (last === undefined) return;
    course.effects = course.effects.filter((effect) => effect !== last);
    queueUndo(course, last, last.data);
  }
}

/** Whether some attempt has an unknown end. A local task has no effect outside the commits of the order. */
export function mayHaveHappened({ uncertain, name }: Pick<Task, 'uncertain' | 'name'>): boolean {
  return uncertain && !isLocal(name);
}

/** Has a step taken back. Does nothing if it has no undo. */
export function queueUndo(course: Course, step: Undoable, told: JsonObject): void {
  const { undo } = course.stepAt(step);
  if (undo === null) return;
  const id = `${step.id}:undo`;
  if (isLocal(undo.task)) {
    takeBack(course, step, undo.task, id, told);
    course.record({ type: 'compensated', task: undo.task, bySystem: true, payload: { work: localEnd(id) } });
    return;
  }
  const place = { state: step.state, event: step.event, branch: step.branch, position: step.position };
  const input = { ...told, ...(undo.input as JsonObject) };
  course.tasks.push(
    newTask(course, { id, kind: 'undo', name: undo.task, place, input, policy: undo.policy }),
  );
}

/** An undo is done, or was ended by hand: the one before it follows. */
export function endUndo(course: Course, undo: Task, entry: Entry): void {
  course.tasks = course.tasks.filter(({ id }) => id !== undo.id);
  course.record(entry);
  goOn(course);
}

/** How a task that was carried out within the commit has ended. */
export function localEnd(id: string) {
  return { id, outcome: 'done', attempts: 1, token: 0 } as const;
}
