import type { Examination } from 'pawl';
import { describe, expect, it } from 'vitest';
import { createMetrics, type Metrics } from './metrics.ts';
import { lintName, parseStrictly } from './strict-exposition.ts';

const NOW = 1_767_225_600_500;
const tally = (count: number) => ({ count, oldestAt: count === 0 ? null : NOW - 1, examples: [] });
const named = (task: string, count: number) => ({ ...tally(count), task });
const SEEN: Examination = {
  untaken: [named('label.print', 3), named('queue:mail', 10_000)],
  pastLease: [named('label.print', 2), named('label.check', 5)],
  pastDeadline: tally(4),
  orphans: tally(1),
  timers: tally(6),
  blocked: tally(8),
  feed: { events: 12, oldestAt: NOW - 1_500 },
  projections: [{ name: 'orders_by_place', events: 77, oldestAt: NOW - 9 }],
  tenants: [1],
  idle: [],
  next: null,
};

async function samplesOf(metrics: Metrics): Promise<Map<string, number>> {
  return parseStrictly((await metrics.render()).body).samples;
}

describe('metrics of what upkeep finds', () => {
  it('show what was seen last', async () => {
    const metrics = createMetrics();
    metrics.health.looked({ ...SEEN, untaken: [named('gone', 1)], timers: tally(99) }, 1, NOW - 10_000);
    metrics.health.looked(SEEN, 7, NOW);
    const samples = await samplesOf(metrics);
    const own = [...samples].filter(([name]) => name.startsWith('pawl_'));
    expect(Object.fromEntries(own)).toEqual({
      pawl_orders_without_progress: 7,
      pawl_orders_blocked: 8,
      'pawl_tasks_untaken{task="label.print"}': 3,
      'pawl_tasks_untaken{task="queue:mail"}': 10_000,
      pawl_tasks_past_lease: 7,
      pawl_tasks_past_deadline: 4,
      pawl_orphans_past_lease: 1,
      pawl_timers_past_due: 6,
      pawl_feed_lag_events: 12,
      pawl_feed_lag_seconds: 1.5,
      'pawl_projection_lag_events{projection="orders_by_place"}': 77,
      pawl_examined_timestamp_seconds: NOW / 1_000,
      pawl_damaged_orders: 0,
      pawl_damaged_skus: 0,
      pawl_audited_orders_total: 0,
      pawl_audited_skus_total: 0,
    });
  });

  it('show nothing of what nobody has looked at yet', async () => {
    const samples = await samplesOf(createMetrics());
    const own = [...samples.keys()].filter((name) => name.startsWith('pawl_'));
    expect(own).toEqual([
      'pawl_damaged_orders',
      'pawl_damaged_skus',
      'pawl_audited_orders_total',
      'pawl_audited_skus_total',
    ]);
  });

  it('show no lag of a feed that shows everything, nor of one ahead of this clock', async () => {
    const metrics = createMetrics();
    const lagOf = async (oldestAt: number | null) => {
      metrics.health.looked({ ...SEEN, feed: { events: 0, oldestAt } }, 0, NOW);
      return (await samplesOf(metrics)).get('pawl_feed_lag_seconds');
    };
    expect([await lagOf(null), await lagOf(NOW + 5)]).toEqual([0, 0]);
  });

  it('add up what the audit has verified, and show how much of it is damaged', async () => {
    const metrics = createMetrics();
    metrics.health.audited({ orders: 3, skus: 1 }, { orders: 1, skus: 0 });
    metrics.health.audited({ orders: 2, skus: 0 }, { orders: 0, skus: 2 });
    const samples = await samplesOf(metrics);
    expect(samples.get('pawl_audited_orders_total')).toBe(5);
    expect(samples.get('pawl_audited_skus_total')).toBe(1);
    expect(samples.get('pawl_damaged_orders')).toBe(0);
    expect(samples.get('pawl_damaged_skus')).toBe(2);
  });

  it('tell 200 names of tasks apart, and no more', async () => {
    const metrics = createMetrics();
    const untaken = Array.from({ length: 203 }, (_, index) => named(`t${index}`, 2));
    metrics.health.looked({ ...SEEN, untaken }, 0, NOW);
    const samples = await samplesOf(metrics);
    const names = [...samples.keys()].filter((name) => name.startsWith('pawl_tasks_untaken'));
    expect(names).toHaveLength(201);
    expect(samples.get('pawl_tasks_untaken{task="other"}')).toBe(6);
  });

  it('pass the rules of promtool, in both formats', async () => {
    const metrics = createMetrics();
    metrics.health.looked(SEEN, 7, NOW);
    const { types } = parseStrictly((await metrics.render()).body);
    const own = [...types].filter(([name]) => name.startsWith('pawl_'));
    expect(own.length).toBeGreaterThan(10);
    expect(own.flatMap(([name, type]) => lintName(name, type))).toEqual([]);
    const { body } = await metrics.render('application/openmetrics-text');
    expect(body).toContain('# TYPE pawl_audited_orders counter\npawl_audited_orders_total 0\n');
  });
});
