import type { Examination, LiveOrder, Look, Standstill } from 'pawl';
import { expect, it } from 'vitest';
import { examine } from './examine.ts';
import { testTools } from './test-tools.ts';

const NONE = { count: 0, oldestAt: null, examples: [] };
const EXAMINATION: Examination = {
  untaken: [],
  pastLease: [],
  pastDeadline: NONE,
  orphans: NONE,
  timers: NONE,
  blocked: NONE,
  feed: { events: 0, oldestAt: null },
  projections: [],
  tenants: [1],
  idle: [],
  next: null,
};

function look(standstills: readonly Standstill[], isLast: boolean, timers = 0): Look {
  const examination = { ...EXAMINATION, timers: { ...NONE, count: timers } };
  return { examination, standstills, isLast };
}

function standstill(id: string): Standstill {
  const order = { tenant: 1, id, workflow: 'parcel', status: 'PRINTING' } as LiveOrder;
  return { code: 'orders-without-progress', order };
}

it('looks every ten seconds, give or take, and shows what it saw last', async () => {
  const looks = [look([], true, 4), look([], true, 2)];
  const tools = testTools({ look: async () => looks.shift() as Look }, 3);
  await examine(tools, tools.signal);
  expect(tools.sleeps).toEqual([7_500, 7_500, 7_500]);
  expect(tools.values()).toMatchObject({ pawl_timers_past_due: 2, pawl_examined_timestamp_seconds: 1_000 });
});

it('counts orders that stand still over all windows, and tells each once', async () => {
  const seen: (number | undefined)[] = [];
  const looks = [
    look([standstill('ord_1')], false),
    look([standstill('ord_2')], true),
    look([standstill('ord_1')], false),
    look([], true),
    look([], true),
  ];
  const tools = testTools(
    {
      look: async () => {
        seen.push(tools.values()['pawl_orders_without_progress']);
        return looks.shift() as Look;
      },
    },
    6,
  );
  await examine(tools, tools.signal);
  seen.push(tools.values()['pawl_orders_without_progress']);
  expect(seen).toEqual([undefined, 1, 2, 2, 1, 0]);
  const fields = {
    tenant: 'default',
    code: 'orders-without-progress',
    workflow: 'parcel',
    status: 'PRINTING',
  };
  expect(tools.lines).toEqual([
    ['an order stands still', { ...fields, order_id: 'ord_1' }],
    ['an order stands still', { ...fields, order_id: 'ord_2' }],
  ]);
});

it('logs a failure, leaves the gauges as they are, and goes on', async () => {
  const looks = [look([], true, 4), null, look([], true, 1)];
  const seen: (number | undefined)[] = [];
  const tools = testTools(
    {
      look: async () => {
        seen.push(tools.values()['pawl_timers_past_due']);
        const next = looks.shift();
        if (next === null || next === undefined) throw new Error('away');
        return next;
      },
    },
    4,
  );
  await examine(tools, tools.signal);
  expect(seen).toEqual([undefined, 4, 4]);
  expect(tools.values()['pawl_timers_past_due']).toBe(1);
  expect(tools.faults).toHaveLength(1);
});
