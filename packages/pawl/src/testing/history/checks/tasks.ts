import { parseTaskId, type TaskIdParts } from '../../../order/task-id.ts';
import type { WrittenStep } from '../../../workflow/work/steps.ts';
import type { Evidence, OrderEvidence } from '../evidence.ts';
import type { Attempt } from '../history.ts';
import type { Violation } from '../violation.ts';

/** A task exists exactly if the step that starts it was committed; it ends once; each of its tokens has one holder. */
export function* checkTasks({ orders, final, history }: Evidence): Iterable<Violation> {
  for (const order of orders.values()) yield* checkEnds(order);
  for (const { id, orderId, name } of final.tasks) {
    const order = orders.get(orderId);
    if (order === undefined || stepOf(order, id, name) === undefined) {
      yield { promise: 'task-unfounded', orderId, detail: `${id} is open, and no commit has started it` };
    }
    if (order?.trail.some((event) => isEnd(event) && event.payload?.work?.id === id) === true) {
      yield { promise: 'task-doubled', orderId, detail: `${id} is open, and has ended` };
    }
  }
  yield* checkAttempts(history.attempts, orders);
  const held = new Set<string>();
  for (const { effectKey, token, task } of history.attempts) {
    const orderId = parseTaskId(effectKey)?.orderId ?? null;
    const order = orderId === null ? undefined : orders.get(orderId);
    if (order === undefined || stepOf(order, effectKey, task) === undefined) {
      const detail = `${effectKey} was carried out, and no commit has started it`;
      yield { promise: 'task-unfounded', orderId, detail };
    }
    if (held.has(`${effectKey} ${token}`)) {
      yield { promise: 'token-shared', orderId, detail: `token ${token} of ${effectKey} was used twice` };
    }
    held.add(`${effectKey} ${token}`);
  }
}

/** Attempts are counted when they begin, so that one that ends its process each time comes to an end. */
function* checkAttempts(attempts: readonly Attempt[], orders: Evidence['orders']): Iterable<Violation> {
  const counts = new Map<string, { readonly task: string; made: number }>();
  for (const { effectKey, task } of attempts) {
    const count = counts.get(effectKey) ?? { task, made: 0 };
    count.made++;
    counts.set(effectKey, count);
  }
  for (const [id, { task, made }] of counts) {
    const parts = parseTaskId(id);
    const order = orders.get(parts?.orderId ?? '');
    const step = order === undefined ? undefined : stepOf(order, id, task);
    if (order?.book === undefined || step === undefined || parts === undefined) continue;
    const isRetried = ({ head, payload }: OrderEvidence['trail'][number]) =>
      head.type === 'retried' && payload?.work?.id === id;
    const rounds = 1 + order.trail.filter(isRetried).length;
    const most = rounds * order.book.attemptsMax(step, parts.undo);
    if (made > most) {
      const detail = `${id} was attempted ${made} times, ${most} are allowed`;
      yield { promise: 'attempts-exceeded', orderId: order.id, detail };
    }
  }
}

/** One end for each task; a dead one may be tried again. */
function* checkEnds(order: OrderEvidence): Iterable<Violation> {
  const ended = new Map<string, number>();
  for (const event of order.trail) {
    const id = event.payload?.work?.id;
    const { version, task } = event.head;
    if (id === undefined) continue;
    if (stepOf(order, id, task ?? '') === undefined) {
      const detail = `version ${version} tells of ${id} (${task}), which no commit has started`;
      yield { promise: 'task-unfounded', orderId: order.id, detail };
    }
    const earlier = ended.get(id);
    if (earlier !== undefined) {
      const detail = `${id} has ended at version ${earlier}, and version ${version} tells of it again`;
      yield { promise: 'task-doubled', orderId: order.id, detail };
    }
    if (isEnd(event)) ended.set(id, version);
  }
}

/** Whether the task is gone after it: a dead one is not. */
function isEnd({ head: { type }, payload }: OrderEvidence['trail'][number]): boolean {
  if (type === 'compensated' || type === 'resolved') return payload?.work?.outcome !== 'dead';
  return type === 'work_ended' && payload?.work?.outcome !== 'dead';
}

/** The step of the definition that a task of that id and name carries out; undefined if none was started by that version. */
export function stepOf(order: OrderEvidence, id: string, task: string): WrittenStep | undefined {
  const { book } = order;
  const parts = parseTaskId(id);
  const start = parts === undefined ? undefined : order.trail[parts.version - 1];
  if (book === undefined || parts === undefined || start === undefined) return undefined;
  return book
    .startedBy(start)
    .flatMap(({ steps }) => steps)
    .find((written) => written.position === parts.position && taskNamed(written, parts, order) === task);
}

function taskNamed(
  written: WrittenStep,
  { undo, queue }: TaskIdParts,
  { book }: OrderEvidence,
): string | null {
  if (undo) return book?.undoOf(written) ?? null;
  return queue === null ? written.step.task : `queue:${queue}`;
}
