import type { Digest } from '../order/digest.ts';
import type { Examination, Lag, OrderKey, Store, Tally, TaskKey, TaskTally } from '../ports/store.ts';
import { BUILT_IN_TASKS } from '../workflow/built-in-tasks.ts';
import { COUNT_MAX, EXAMPLES_MAX, type Examined, Examiner } from './examiner.ts';
import { HEALTH_TEXTS, type HealthCode, type HealthFinding, OWN_TASKS_ADVICE } from './finding.ts';
import { createRules } from './rules.ts';
import type { Standstill, StandstillCode } from './standstill.ts';

/** The feed is behind once it has not shown an event for so long: as a rule that takes milliseconds. */
const FEED_LATE_MS = 10_000;
/** A projection is behind from so many events on: it is written in runs of hundreds, under full load of thousands. */
const PROJECTION_BEHIND_MIN = 20_000;

/** What a finding says besides its code, as far as it was found. */
export type Found = Pick<HealthFinding, 'count' | 'examples' | 'oldestAt'> &
  Partial<Pick<HealthFinding, 'task' | 'isMore'>>;

/**
 * Everything in a store that is late, blocked, behind or stands still; empty if all is well. Looks at every order that is not
 * settled, window by window; recomputes no hash and no sum.
 */
export async function examineStore(
  store: Examined & Pick<Store, 'definitions'>,
  digest: Digest,
): Promise<readonly HealthFinding[]> {
  const rules = createRules(() => store.definitions(0), digest);
  const examiner = new Examiner(store, rules);
  const standing = new Map<StandstillCode, Found>();
  for (;;) {
    const { examination, standstills, isLast } = await examiner.look();
    for (const one of standstills) standing.set(one.code, withOne(standing.get(one.code), one));
    if (!isLast) continue;
    return [
      ...healthFindings('orders-without-rules', standing.get('orders-without-rules')),
      ...healthFindings('orders-without-progress', standing.get('orders-without-progress')),
      ...healthFindings('orders-unsettled', standing.get('orders-unsettled')),
      ...lateFindings(examination),
      ...lagFindings(examination, store.now()),
    ];
  }
}

/** The finding, with what it means and what to do; none where nothing was found. */
export function healthFindings(code: HealthCode, found: Found | undefined): readonly HealthFinding[] {
  if (found === undefined || found.count === 0) return [];
  const { task = null, isMore = false } = found;
  const { meaning, advice } = HEALTH_TEXTS[code];
  const isOwn = task !== null && BUILT_IN_TASKS.has(task);
  const toDo = (isOwn ? OWN_TASKS_ADVICE : advice).replace('{task}', task ?? '');
  return [{ code, ...found, task, isMore, meaning, advice: toDo }];
}

function withOne(found: Found | undefined, { order }: Standstill): Found {
  const { count = 0, oldestAt = null, examples = [] } = found ?? {};
  const one = { tenant: order.tenant, id: order.id };
  return {
    count: count + 1,
    oldestAt: Math.min(oldestAt ?? order.updatedAt, order.updatedAt),
    examples: examples.length < EXAMPLES_MAX ? [...examples, one] : examples,
  };
}

function lateFindings(examination: Examination): readonly HealthFinding[] {
  const ofTasks = (code: HealthCode, tallies: readonly TaskTally[]) =>
    tallies.flatMap(({ task, ...tally }) => healthFindings(code, { ...foundIn(tally), task }));
  return [
    ...healthFindings('orders-blocked', foundIn(examination.blocked)),
    ...ofTasks('tasks-untaken', examination.untaken),
    ...ofTasks('tasks-past-lease', examination.pastLease),
    ...healthFindings('tasks-past-deadline', foundIn(examination.pastDeadline)),
    ...healthFindings('orphans-past-lease', foundIn(examination.orphans)),
    ...healthFindings('timers-past-due', foundIn(examination.timers)),
  ];
}

function foundIn({ count, oldestAt, examples }: Tally<OrderKey | TaskKey>): Found {
  const ids = examples.map((key) => ({ tenant: key.tenant, id: 'id' in key ? key.id : key.orderId }));
  return { count, oldestAt, examples: ids, isMore: count >= COUNT_MAX };
}

function lagFindings({ feed, projections }: Examination, now: number): readonly HealthFinding[] {
  const isFeedLate = feed.oldestAt !== null && now - feed.oldestAt >= FEED_LATE_MS;
  return [
    ...healthFindings('feed-behind', isFeedLate ? foundOf(feed) : undefined),
    ...projections
      .filter(({ events }) => events >= PROJECTION_BEHIND_MIN)
      .flatMap((lag) => healthFindings('projection-behind', foundOf(lag))),
  ];
}

/** Events have no ids of their own to show. */
function foundOf({ events, oldestAt }: Lag): Found {
  return { count: events, oldestAt, examples: [] };
}
