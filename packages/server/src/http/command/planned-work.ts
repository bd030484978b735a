import type { Accepted, DeployedWorkflow, Effect, LiveOrder, OrderMovement, StockEntry } from 'pawl';

/** A task that a command would make. */
export interface PlannedTask {
  readonly task: string;
  readonly task_id: string;
}

/** An undo that a command would lead to. */
export interface PlannedUndo extends PlannedTask {
  /** The task that it takes back. */
  readonly undoes: string;
}

export interface PlannedMovement {
  readonly kind: OrderMovement['kind'];
  readonly sku: string;
  readonly qty: number;
  readonly task_id: string;
}

const UNDO = ':undo';

/** Tasks that would be made: those carried out in the commit itself, then those that would wait for somebody. */
export function workOf(outcome: Accepted, before: LiveOrder | undefined): readonly PlannedTask[] {
  return newTasks(outcome, before).filter(({ task_id }) => !task_id.endsWith(UNDO));
}

/**
 * Undos that would run, in their order: the present ones first, then those that follow them. What a task that still runs has
 * done by its end is not known, and so neither is its undo.
 */
export function compensationOf(
  outcome: Accepted,
  before: LiveOrder | undefined,
  { compiled }: Pick<DeployedWorkflow, 'compiled'>,
): readonly PlannedUndo[] {
  const { states } = compiled;
  const { status, work } = outcome.order;
  const now = newTasks(outcome, before).filter(({ task_id }) => task_id.endsWith(UNDO));
  const pending = states.get(status)?.compensate === true ? work.effects.toReversed() : [];
  const later = pending.flatMap((effect) => {
    const task = undoOf(effect, compiled);
    return task === undefined ? [] : [{ task, task_id: `${effect.id}${UNDO}` }];
  });
  return [...now, ...later].map((undo) => ({ ...undo, undoes: undo.task_id.slice(0, -UNDO.length) }));
}

/** What would be moved in stock, without what was only looked at. */
export function movementsOf({ stock }: Accepted): readonly PlannedMovement[] {
  return stock
    .filter(isMovement)
    .map(({ kind, sku, qty, effectKey }) => ({ kind, sku, qty, task_id: effectKey }));
}

/** Each once: a task that dies in the commit that makes it has an entry and a row. */
function newTasks({ events, order }: Accepted, before: LiveOrder | undefined): readonly PlannedTask[] {
  const earlier = new Map(before?.work.tasks.map((task) => [task.id, task]));
  const tasks = new Map<string, PlannedTask>();
  for (const { head, payload } of events) {
    const id = payload?.work?.id;
    if (id !== undefined && !earlier.has(id)) tasks.set(id, { task: head.task ?? '', task_id: id });
  }
  for (const { id, name, dead } of order.work.tasks) {
    const one = earlier.get(id);
    const isAgain = one?.dead === true && !dead;
    if (one === undefined || isAgain) tasks.set(id, { task: name, task_id: id });
  }
  return [...tasks.values()];
}

function undoOf(
  { state, event, branch, position }: Effect,
  { states }: DeployedWorkflow['compiled'],
): string | undefined {
  const from = states.get(state);
  const work = event === null ? from?.run : from?.on.get(event)?.[branch]?.work;
  return work?.steps[position]?.undo?.task;
}

function isMovement(entry: StockEntry): entry is OrderMovement {
  return entry.kind !== 'enough' && entry.kind !== 'short';
}
