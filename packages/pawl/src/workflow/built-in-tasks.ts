/** What is known of a task before any order exists. */
export interface TaskTraits {
  /** Needs nothing but the order and the stock as read in the commit, so that it can be carried out within it. */
  readonly local: boolean;
  /** What a finished step holds until it is undone. */
  readonly holds: string | null;
  /** The task whose steps it can take back, `*` for any; null if it takes nothing back. */
  readonly undoes: string | null;
  /** Which members of a step it takes besides `task`, `undo`, `retry` and `timeout`; those marked true it needs. */
  readonly takes: Readonly<Record<string, boolean>>;
}

const LOCAL: TaskTraits = { local: true, holds: null, undoes: null, takes: {} };
const REMOTE: TaskTraits = { local: false, holds: null, undoes: null, takes: {} };

/** The tasks that every engine can carry out. */
export const BUILT_IN_TASKS: ReadonlyMap<string, TaskTraits> = new Map([
  ['stock.check', LOCAL],
  ['stock.reserve', { ...LOCAL, holds: 'stock' }],
  ['stock.release', { ...LOCAL, undoes: 'stock.reserve' }],
  ['stock.ship', LOCAL],
  ['order.check', { ...REMOTE, takes: { rules: true } }],
  ['payment.charge', { ...REMOTE, holds: 'money' }],
  ['payment.refund', { ...REMOTE, undoes: 'payment.charge' }],
  ['notify', { ...REMOTE, takes: { topic: true } }],
  ['http', { ...REMOTE, undoes: '*', takes: { url: true, with: false } }],
]);
