import type { Examination } from 'pawl';
import { type Family, newCounter, type Sample } from './family.ts';

type Counts = Readonly<Record<'orders' | 'skus', number>>;

/** Names of tasks told apart. Definitions name them, and tenants deploy definitions. */
const TASKS_MAX = 200;
/** The label value of all that comes after that. */
const OTHER = 'other';

/** What upkeep finds in the database, as numbers. A scrape shows what was found last, and looks at nothing. */
export interface HealthMetrics {
  readonly families: readonly Family[];
  /** `at` is when it was looked at, milliseconds since the epoch. */
  looked(examination: Examination, withoutProgress: number, at: number): void;
  /** What a step of the audit has verified, and how much is known to be damaged by now. */
  audited(verified: Counts, damaged: Counts): void;
}

interface Seen extends Examination {
  readonly withoutProgress: number;
  readonly at: number;
}

/** What a gauge shows of the last look. */
type Read = (seen: Seen) => number | readonly Sample[];

const GAUGES: readonly (readonly [name: string, help: string, read: Read])[] = [
  [
    'pawl_orders_without_progress',
    'Orders that are not settled and that nothing will ever move.',
    (seen) => seen.withoutProgress,
  ],
  [
    'pawl_orders_blocked',
    'Orders with a dead task, which wait for an operator.',
    (seen) => seen.blocked.count,
  ],
  [
    'pawl_tasks_untaken',
    'Tasks that have been due for a minute and that nobody takes, by name.',
    ({ untaken }) =>
      labelled(
        'task',
        untaken.map(({ task, count }) => [task, count]),
      ),
  ],
  [
    'pawl_tasks_past_lease',
    'Tasks whose lease ended a minute ago and that nobody has taken up since.',
    ({ pastLease }) => pastLease.reduce((sum, { count }) => sum + count, 0),
  ],
  [
    'pawl_tasks_past_deadline',
    'Tasks whose time was over a minute ago and whose end nobody has recorded.',
    (seen) => seen.pastDeadline.count,
  ],
  [
    'pawl_orphans_past_lease',
    'Tasks of states that were left, which nobody has held for a minute and whose end nobody has recorded.',
    (seen) => seen.orphans.count,
  ],
  [
    'pawl_timers_past_due',
    'Timers that have been due for a minute and that nobody fires.',
    (seen) => seen.timers.count,
  ],
  ['pawl_feed_lag_events', 'Committed events that the feed does not show yet.', (seen) => seen.feed.events],
  [
    'pawl_feed_lag_seconds',
    'Age of the oldest committed event that the feed does not show yet.',
    ({ feed, at }) => (feed.oldestAt === null ? 0 : Math.max(0, at - feed.oldestAt) / 1_000),
  ],
  [
    'pawl_projection_lag_events',
    'Committed events that a projection lacks, by projection.',
    ({ projections }) =>
      labelled(
        'projection',
        projections.map(({ name, events }) => [name, events]),
      ),
  ],
  [
    'pawl_examined_timestamp_seconds',
    'When the database was examined last, seconds since the epoch.',
    (seen) => seen.at / 1_000,
  ],
];

export function createHealthMetrics(): HealthMetrics {
  let seen: Seen | null = null;
  let damage: Counts = { orders: 0, skus: 0 };
  const verified = { orders: newCounter(), skus: newCounter() };

  /** Without samples until something was looked at: a zero would say that all is well. */
  const gauges = GAUGES.map(([name, help, read]) =>
    family(name, help, 'gauge', () => (seen === null ? [] : samplesOf(read(seen)))),
  );
  return {
    families: [
      ...gauges,
      family('pawl_damaged_orders', 'Orders that the audit has found damaged.', 'gauge', () =>
        samplesOf(damage.orders),
      ),
      family('pawl_damaged_skus', 'SKUs whose stock the audit has found damaged.', 'gauge', () =>
        samplesOf(damage.skus),
      ),
      family('pawl_audited_orders', 'Orders that the audit has verified.', 'counter', () =>
        samplesOf(verified.orders.value, '_total'),
      ),
      family('pawl_audited_skus', 'SKUs whose stock the audit has verified.', 'counter', () =>
        samplesOf(verified.skus.value, '_total'),
      ),
    ],
    looked(examination, withoutProgress, at) {
      seen = { ...examination, withoutProgress, at };
    },
    audited({ orders, skus }, damaged) {
      verified.orders.value += orders;
      verified.skus.value += skus;
      damage = { orders: damaged.orders, skus: damaged.skus };
    },
  };
}

function family(name: string, help: string, type: Family['type'], samples: Family['samples']): Family {
  return { name, help, type, samples };
}

function samplesOf(value: number | readonly Sample[], suffix = ''): readonly Sample[] {
  return typeof value === 'number' ? [{ suffix, labels: [], value }] : value;
}

function labelled(label: string, values: readonly (readonly [string, number])[]): readonly Sample[] {
  const rest = values.slice(TASKS_MAX).reduce((sum, [, count]) => sum + count, 0);
  const shown = [...values.slice(0, TASKS_MAX), ...(rest === 0 ? [] : [[OTHER, rest] as const])];
  return shown.map(([name, value]) => ({ suffix: '', labels: [[label, name]], value }));
}
