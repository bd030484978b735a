import type { Task } from '../../order/work.ts';
import type {
  Examination,
  ExamineQuery,
  Lag,
  OrderKey,
  Tally,
  TaskKey,
  TaskTally,
} from '../../ports/store.ts';
import type { OrderRow, Tables, TaskRow } from './tables.ts';

/** Something that should not be, and since when it is. */
interface Found<K> {
  readonly key: K;
  readonly since: number;
}

/** What is committed is in the feed. */
const NO_LAG: Lag = { events: 0, oldestAt: null };

/** Looks at everything: what is kept here is small. */
export function examine(tables: Tables, query: ExamineQuery, now: number): Examination {
  const { lateMs } = query;
  const late = (graceMs: number, sinceOf: (row: TaskRow) => number | null): Found<TaskRow>[] =>
    [...tables.work.tasks.values()].flatMap((row) => {
      const since = sinceOf(row);
      return since === null || since > now - graceMs ? [] : [{ key: row, since }];
    });
  const free = late(lateMs.task, ({ task }) =>
    isClaimable(task, now) && task.leaseUntil === null ? task.dueAt : null,
  );
  const left = late(lateMs.lease, ({ task }) => (isClaimable(task, now) ? task.leaseUntil : null));
  const over = late(lateMs.lease, ({ task }) => pastDeadlineSince(task));
  const orphans = late(lateMs.lease, (row) => orphanFreeSince(tables, row));
  return {
    untaken: talliesByName(free, query),
    pastLease: talliesByName(left, query),
    pastDeadline: taskTally(over, query),
    orphans: taskTally(orphans, query),
    timers: tally(dueTimers(tables, now - lateMs.timer), query),
    blocked: tally(blockedOrders(tables), query),
    feed: NO_LAG,
    projections: [],
    tenants: [...tables.tenants.values()],
    ...idleOrders(tables, query),
  };
}

function isClaimable({ dead, orphan, deadline }: Task, now: number): boolean {
  return !dead && !orphan && (deadline === null || deadline > now);
}

function pastDeadlineSince({ dead, orphan, deadline, leaseUntil }: Task): number | null {
  return dead || orphan || deadline === null ? null : Math.max(deadline, leaseUntil ?? 0);
}

/** An orphan that nobody holds became one when its order moved, or was put off since: no row says when. */
function orphanFreeSince({ orders }: Tables, { orderId, task }: TaskRow): number | null {
  if (!task.orphan) return null;
  return task.leaseUntil ?? Math.max(task.dueAt, orders.get(orderId)?.order.updatedAt ?? 0);
}

function dueTimers({ work }: Tables, until: number): Found<OrderKey>[] {
  return work.timers
    .due(until, Number.POSITIVE_INFINITY)
    .map(({ tenant, orderId, timer }) => ({ key: { tenant, orderId }, since: timer.dueAt }));
}

function blockedOrders({ orders, work }: Tables): Found<OrderKey>[] {
  return [...orders.values()]
    .filter(({ order }) => [...(work.tasksOf.get(order.id)?.values() ?? [])].some(({ dead }) => dead))
    .map(({ order }) => ({ key: keyOf(order), since: order.updatedAt }));
}

function idleOrders(
  tables: Tables,
  { rules, after, idleMax }: ExamineQuery,
): Pick<Examination, 'idle' | 'next'> {
  const attended = new Map(rules.map((rule) => [rule.workflowHash, rule.attended]));
  const idle = [...tables.orders.values()]
    .filter((row) => mayStandStill(tables, row, attended))
    .map(({ order }) => keyOf(order))
    .filter((key) => after === null || compareKeys(key, after) > 0)
    .sort(compareKeys)
    .slice(0, idleMax);
  return { idle, next: idle.length === idleMax ? (idle.at(-1) ?? null) : null };
}

function mayStandStill(
  { work }: Tables,
  { order: { id, settled, status, workflowHash } }: OrderRow,
  attended: ReadonlyMap<string, readonly string[]>,
): boolean {
  if (settled) return false;
  const states = attended.get(workflowHash);
  if (states === undefined) return true;
  return !states.includes(status) && !work.tasksOf.has(id) && !work.timersOf.has(id);
}

function talliesByName(found: readonly Found<TaskRow>[], query: ExamineQuery): TaskTally[] {
  return [...Map.groupBy(found, ({ key }) => key.task.name)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([task, some]) => ({ task, ...taskTally(some, query) }));
}

function taskTally(found: readonly Found<TaskRow>[], query: ExamineQuery): Tally<TaskKey> {
  const keyed = found.map(({ key: { tenant, orderId, task }, since }) => ({
    key: { tenant, orderId, id: task.id },
    since,
  }));
  return tally(keyed, query);
}

function tally<K>(found: readonly Found<K>[], { countMax, examplesMax }: ExamineQuery): Tally<K> {
  const oldest = [...found].sort((one, other) => one.since - other.since);
  return {
    count: Math.min(found.length, countMax),
    oldestAt: oldest[0]?.since ?? null,
    examples: oldest.slice(0, examplesMax).map(({ key }) => key),
  };
}

function keyOf({ tenant, id }: OrderRow['order']): OrderKey {
  return { tenant, orderId: id };
}

function compareKeys(one: OrderKey, other: OrderKey): number {
  if (one.tenant !== other.tenant) return one.tenant - other.tenant;
  return one.orderId === other.orderId ? 0 : one.orderId < other.orderId ? -1 : 1;
}
