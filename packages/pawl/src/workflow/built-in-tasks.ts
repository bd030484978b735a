/** What is known of a task before any order exists. */
export interface TaskTraits {
  /** Needs nothing but the order and the stock as read in the commit, so that it can be carried out within it. */
  readonly local: boolean;
  /** What a finished step holds until it is undone. */
  readonly holds: string | null;
  /** Whether it can take a step back. */
  readonly undoes: boolean;
  /** Which members of a step it takes besides `task`, `undo`, `retry` and `timeout`; those marked true it needs. */
  readonly takes: Readonly<Record<string, boolean>>;
}

const LOCAL: TaskTraits = { local: true, holds: null, undoes: false, takes: {} };
const REMOTE: TaskTraits = { local: false, holds: null, undoes: false, takes: {} };

/** The tasks that every engine can carry out. */
export const BUILT_IN_TASKS: ReadonlyMap<string, TaskTraits> = new Map([
  ['stock.check', LOCAL],
  ['stock.reserve', { ...LOCAL, holds: 'stock' }],
  ['stock.release', { ...LOCAL, undoes: true }],
  ['stock.ship', LOCAL],
  ['order.check', { ...REMOTE, takes: { rules: true } }],
  ['payment.charge', { ...REMOTE, holds: 'money' }],
  ['payment.refund', { ...REMOTE, undoes: true }],
  ['notify', { ...REMOTE, takes: { topic: true } }],
  ['http', { ...REMOTE, undoes: true, takes: { url: true, with: false } }],
]);
