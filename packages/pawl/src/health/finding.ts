/** Something that an operator should know of and do something about. */
export interface HealthFinding {
  /** Stable. */
  readonly code: HealthCode;
  /** The name of the tasks it is about; null where it is about no one name. */
  readonly task: string | null;
  readonly count: number;
  /** There may be more than `count`. */
  readonly isMore: boolean;
  /** Some of them: ids of orders or of tasks, or SKUs. */
  readonly examples: readonly { readonly tenant: number; readonly id: string }[];
  /** Since when the oldest has been so, milliseconds since the epoch; null where nothing tells. */
  readonly oldestAt: number | null;
  /** What it means, in a sentence. */
  readonly meaning: string;
  /** What to do, in a sentence or two. */
  readonly advice: string;
}

interface HealthText {
  readonly meaning: string;
  readonly advice: string;
}

const NOT_MOVED =
  'No call moves such an order any more. `pawl audit verify` says whether its rows were changed by hand: then restore a backup.';
const SERVERS_DO_IT =
  'Servers do that by themselves: start one with `TASK_SLOTS` above 0. If one runs, its log and `store_operation_duration_seconds` say what keeps it.';

/** Every finding that there can be, in the order in which they are told. `{task}` stands for the tasks' name. */
export const HEALTH_TEXTS = {
  'orders-damaged': {
    meaning: 'The chain of events, or what the row says, is not what was committed.',
    advice:
      '`pawl audit verify` names each fault. Keep a copy of the database as it is, and restore a backup that verifies.',
  },
  'feed-damaged': {
    meaning: 'What `GET /events` shows, or will show, is not what was committed.',
    advice:
      '`pawl audit verify` names each fault. Keep a copy of the database as it is, and restore a backup that verifies.',
  },
  'stock-damaged': {
    meaning: 'The balance is not the sum of its movements.',
    advice:
      '`pawl stock verify` names each SKU. Run `pawl stock repair --apply`, on SQLite while the server is stopped: the movements are believed.',
  },
  'orders-without-rules': {
    meaning: 'The definition that the order is pinned to is gone, or does not say any more what it said.',
    advice:
      'If it is gone, start the server again with the file as it was in `WORKFLOWS_DIR`, or deploy it then with `PUT /workflows/{name}`. If its row was changed by hand, restore a backup.',
  },
  'orders-without-progress': {
    meaning:
      'Not settled, and nothing will ever move it: no task, no timer, no event that a client may send.',
    advice: NOT_MOVED,
  },
  'orders-unsettled': {
    meaning: 'In a final state with nothing left to do, and not settled.',
    advice: NOT_MOVED,
  },
  'orders-blocked': {
    meaning: 'A dead task waits for an operator.',
    advice:
      '`GET /dead-letters` lists them. Mend the cause and send `POST /tasks/{id}/retry`, or say how the task ended with `POST /tasks/{id}/resolve`.',
  },
  'tasks-untaken': {
    meaning: 'The task is due, and nobody takes it.',
    advice:
      'Start what carries out `{task}`: a worker, which claims it with `POST /tasks/claim`, or your program.',
  },
  'tasks-past-lease': {
    meaning: 'Whoever held the task has let the lease end, and nobody has taken it up since.',
    advice:
      'Who held it is gone. Start what carries out `{task}`: a worker, which claims it with `POST /tasks/claim`, or your program.',
  },
  'tasks-past-deadline': {
    meaning: 'The time for all attempts at the task is over, and nobody has recorded its end.',
    advice: SERVERS_DO_IT,
  },
  'orphans-past-lease': {
    meaning: 'The order has left the state of the task, nobody holds it, and nobody has recorded its end.',
    advice: SERVERS_DO_IT,
  },
  'timers-past-due': {
    meaning: 'The timer is due, and nobody fires it.',
    advice: SERVERS_DO_IT,
  },
  'feed-behind': {
    meaning: '`GET /events` does not show yet what has been committed for a while.',
    advice: 'Nothing is lost. See that a server runs and that its database answers in time.',
  },
  'projection-behind': {
    meaning: 'What lists by state are read from lacks many commits.',
    advice:
      'Nothing is lost: such a list waits until it has them. If it stays so, more is committed than the disk can take.',
  },
} as const satisfies Readonly<Record<string, HealthText>>;

export type HealthCode = keyof typeof HEALTH_TEXTS;

/** Of tasks that nobody but a server may carry out. */
export const OWN_TASKS_ADVICE =
  'Servers carry out `{task}` themselves: start one with `TASK_SLOTS` above 0. If one runs, all its places are taken: see `task_attempt_duration_seconds`, and raise `TASK_SLOTS`.';
