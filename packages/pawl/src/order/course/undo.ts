import type { JsonObject } from '../order.ts';
import type { StepPlace, Task } from '../work.ts';
import type { Course, Entry } from './course.ts';
import { takeBack } from './local.ts';
import { isLocal, newTask } from './new-task.ts';

/** A step with an effect that has happened, or may have. */
type Undoable = StepPlace & { readonly id: string };

/**
 * Goes on taking back what the order's run has done, the last step first: one undo after the other. Those that need nothing
 * but stock are carried out at once.
 */
export function compensate(course: Course): void {
  while (course.effects.length > 0 && !course.tasks.some(({ kind }) => kind === 'undo')) {
    const effect = course.effects.pop();
    if (effect !== undefined) queueUndo(course, effect, effect.data);
  }
}

/** Has a step taken back. Does nothing if it has no undo. */
export function queueUndo(course: Course, step: Undoable, told: JsonObject): void {
  const { undo } = course.stepAt(step);
  if (undo === null) return;
  const id = `${step.id}:undo`;
  if (isLocal(undo.task)) {
    takeBack(course, undo.task, id, told);
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
  if (course.state.compensate) compensate(course);
}

/** How a task that was carried out within the commit has ended. */
export function localEnd(id: string) {
  return { id, outcome: 'done', attempts: 1, token: 0 } as const;
}
