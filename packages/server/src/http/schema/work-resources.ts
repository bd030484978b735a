import { Type } from 'typebox';
import { closed, count, text, textOrNull, time, timeOrNull, word } from './parts.ts';

// What clients receive of work: what an order waits for, what a dry run would start.

/** Of a task row that has not ended. */
export const openTaskStatus = () => word('ready', 'running', 'waiting', 'dead');

const waitReasons = [
  closed(
    'WaitingTask',
    {
      kind: word('task'),
      task_id: text(),
      task: text(),
      status: openTaskStatus(),
      is_undo: Type.Boolean(),
      attempts: count(0),
      attempts_max: count(0),
      next_attempt_at: timeOrNull(),
      lease_until: timeOrNull(),
      last_error: textOrNull(),
    },
    'A task that is under way, or dead.',
  ),
  closed(
    'WaitingTimer',
    { kind: word('timer'), after: text(), due_at: time(), to: text(), guard: textOrNull() },
    'A timer of the present state.',
  ),
  closed(
    'WaitingEvent',
    { kind: word('event'), event: text(), to: Type.Array(text()), roles: Type.Array(text()) },
    'An event that somebody has to send.',
  ),
  closed('WaitingReview', { kind: word('review'), redrive: textOrNull() }, 'A person has to look at it.'),
];

/** Why an order is where it is. */
export const WAITING_COMPONENTS = [
  ...waitReasons,
  closed(
    'Waiting',
    {
      settled: Type.Boolean(),
      blocked: Type.Boolean(),
      waits_for: Type.Array(
        Type.Unsafe<unknown>({
          anyOf: ['Task', 'Timer', 'Event', 'Review'].map((kind) => ({ $ref: `Waiting${kind}#` })),
        }),
      ),
    },
    'Why an order is where it is.',
  ),
  closed(
    'Accepted',
    { message: text(), order_id: text(), status: text(), task_id: text() },
    'Work has begun in the background.',
  ),
];

const plannedTask = { task: text(), task_id: text() };

/** What a dry run says beside the events. */
export const PLANNED_COMPONENTS = [
  closed('PlannedTask', plannedTask, 'A task that would be made.'),
  closed('PlannedUndo', { ...plannedTask, undoes: text() }, 'An undo that would run.'),
  closed(
    'PlannedMovement',
    { kind: word('reserve', 'release', 'ship'), sku: text(), qty: count(1), task_id: text() },
    'What would be moved in stock.',
  ),
];
