import { Type } from 'typebox';
import { closed, count, objectOrNull, page, ref, text, textOrNull, time, timeOrNull, word } from './parts.ts';

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

const actor = () => Type.Object({ id: text(), kind: text() }, { additionalProperties: false });
const failure = () =>
  Type.Object({ attempt: count(1), at: time(), error: text() }, { additionalProperties: false });
const freeObject = () => Type.Object({});

/** What is in the house. */
export const STOCK_COMPONENTS = [
  closed(
    'Stock',
    {
      sku: text(),
      on_hand: count(0),
      reserved: count(0),
      available: count(0),
      version: count(1),
    },
    'What there is of a SKU. Of the pieces on hand, the reserved ones belong to orders.',
  ),
  page('StockPage', 'Stock'),
  closed(
    'StockMovement',
    {
      sku: text(),
      kind: word('set', 'adjust', 'reserve', 'release', 'ship'),
      on_hand: Type.Integer(),
      reserved: Type.Integer(),
      effect_key: text(),
      order_id: textOrNull(),
      at: time(),
      actor: actor(),
      reason: textOrNull(),
    },
    'A line of the ledger: what it added to the pieces on hand and to the reserved ones.',
  ),
  page('StockMovementPage', 'StockMovement'),
];

const deadTask = closed(
  'DeadTask',
  { task_id: text(), task: text(), attempts: count(0), failures: Type.Array(failure()) },
  'A task that has failed for good.',
);

/** Tasks, for operators and outside workers, and what they have left behind. */
export const TASK_COMPONENTS = [
  closed(
    'Task',
    {
      task_id: text(),
      task: text(),
      order_id: text(),
      kind: word('step', 'undo', 'message'),
      undoes: textOrNull(),
      status: word('ready', 'running', 'waiting', 'dead', 'done', 'failed', 'late'),
      attempts: count(0),
      failures: Type.Array(failure(), { description: 'The last failed attempts, oldest first.' }),
      created_at: timeOrNull(),
      next_attempt_at: timeOrNull(),
      deadline: timeOrNull(),
      lease_until: timeOrNull(),
      claimed_by: textOrNull(),
      orphan: Type.Boolean({ description: 'Its state was left while it ran.' }),
      uncertain: Type.Boolean({ description: 'Some attempt may have had its effect.' }),
      input: objectOrNull(),
      result: objectOrNull(),
      ended_at: timeOrNull(),
      ended_by: Type.Unsafe<unknown>({
        anyOf: [
          {
            type: 'object',
            required: ['id', 'kind', 'reason'],
            properties: { id: text(), kind: text(), reason: textOrNull() },
            additionalProperties: false,
          },
          { type: 'null' },
        ],
      }),
      version: Type.Unsafe<number | null>({
        type: ['integer', 'null'],
        minimum: 1,
        description: 'Of an ended one: the entry of the trail that tells its end.',
      }),
    },
    'A task. Of an ended one only what the trail tells is known, the rest is null.',
  ),
  page('TaskPage', 'Task'),
  closed(
    'TaskResult',
    {
      task_id: text(),
      status: word('ready', 'running', 'waiting', 'dead', 'done', 'failed', 'late'),
      order_id: text(),
      order_status: text(),
      version: count(1),
    },
    'What has become of a task, and where its order is by that. `late`: the order had moved on before.',
  ),
  closed(
    'ClaimedTask',
    {
      task_id: text(),
      task: text(),
      order_id: text(),
      attempt: count(1),
      token: count(1),
      lease_until: timeOrNull(),
      input: freeObject(),
      effect_key: text(),
      undoes: textOrNull(),
      order: ref('Order'),
    },
    'A task to be carried out. Whatever it does outside, it does once for the effect key.',
  ),
  closed(
    'ClaimedTasks',
    { data: Type.Array(ref('ClaimedTask')) },
    'What was given out; empty if nothing is ready.',
  ),
  closed('Lease', { task_id: text(), lease_until: time() }, 'Until when a task belongs to who holds it.'),
  deadTask,
  closed(
    'DeadLetter',
    {
      order: ref('Order'),
      awaits_review: Type.Boolean(),
      redrive: textOrNull(),
      dead_tasks: Type.Array(ref('DeadTask')),
    },
    'An order that people have to look at: for its dead tasks, or for the state that it has ended in.',
  ),
  page('DeadLetterPage', 'DeadLetter'),
  closed(
    'Redriven',
    {
      redriven: count(0),
      refused: Type.Array(
        Type.Object({ order_id: text(), code: text(), detail: text() }, { additionalProperties: false }),
      ),
      more: Type.Boolean({
        description: 'Whether there are others behind these: call again with the cursor.',
      }),
      next_cursor: Type.Union([Type.String(), Type.Null()], {
        description: 'The `cursor` of the next call; null if none is behind these.',
      }),
    },
    'What has become of a redrive of many.',
  ),
];
