import { describe, expect, it } from 'vitest';
import type { LiveOrder, Task, Timer } from '../../../order/work.ts';
import type { TaskUpdate, WorkDue } from '../../../ports/store.ts';
import { creation, step } from '../samples.ts';
import { committed, loaded, type StoreUnderTest } from '../subject.ts';
import {
  FAR_AHEAD,
  LONG_AGO,
  type TaskOptions,
  taskOf,
  timerOf,
  type WorkChanges,
  withTasks,
  withWork,
} from './samples.ts';

const NOTHING: WorkDue = { ready: false, timers: [], lapsed: [], nextAt: null };
const CLAIM = { tenant: null, names: ['label.print'], leaseMs: 10_000, claimedBy: 'w-1', key: null } as const;

export function exerciseDue(subject: StoreUnderTest): void {
  const peek = (names = ['label.print'], limit = 100): Promise<WorkDue> =>
    subject.store.peekWork({ names, limit });

  /** A new order with one task. */
  async function order(options: TaskOptions = {}, tenant = 1): Promise<LiveOrder> {
    const unit = creation({ tenant });
    return committed(subject.store, withTasks(unit, taskOf(unit.order, options)));
  }

  /** A new order with timers at these times. */
  async function timed(...dueAt: number[]): Promise<LiveOrder> {
    const unit = creation();
    const timers = dueAt.map((at, index) => timerOf(unit.order, at, index));
    const changes: WorkChanges = { timers: timers.map((timer) => ({ kind: 'add', timer })) };
    return committed(subject.store, withWork(unit, changes));
  }

  describe('what is due', () => {
    it('is nothing where nothing is under way, and where all of it is dead', async () => {
      expect(await peek()).toEqual(NOTHING);
      await order({ dead: true });
      await order({ dead: true, deadline: LONG_AGO, token: 2 });
      expect(await peek()).toEqual(NOTHING);
    });

    it('tells a task that can be claimed to who can carry it out, until it is claimed', async () => {
      await order();
      expect(await peek(['other', 'label.print'])).toEqual({ ...NOTHING, ready: true });
      expect(await peek(['other'])).toEqual(NOTHING);
      expect(await peek([])).toEqual(NOTHING);
      await subject.store.claim({ ...CLAIM, limit: 1 });
      const nextAt = subject.store.now() + 10_000;
      expect(await peek()).toEqual({ ...NOTHING, nextAt });
      expect(await peek(['other'])).toEqual(NOTHING);
      subject.skewMs = 10_000;
      expect(await peek()).toEqual({ ...NOTHING, ready: true });
    });

    it('tells timers of all tenants, oldest first and no more than asked for', async () => {
      const now = subject.store.now();
      const one = await timed(now - 5_000, now - 1_000, now + 9_000);
      const other = await timed(now - 3_000, now, FAR_AHEAD);
      const due = [dueTimer(one, 0), dueTimer(other, 0), dueTimer(one, 1), dueTimer(other, 1)];
      expect(await peek()).toEqual({ ...NOTHING, timers: due, nextAt: now + 9_000 });
      expect((await peek([], 3)).timers).toEqual(due.slice(0, 3));
    });

    it('has a timer no more once its unit has taken it away', async () => {
      const { store } = subject;
      const before = await timed(LONG_AGO, LONG_AGO + 1);
      const [timer] = before.work.timers as [Timer];
      const after = await committed(
        store,
        withWork(step(before, 'CANCELLED'), { timers: [{ kind: 'remove', timer }] }),
      );
      expect(await peek()).toEqual({ ...NOTHING, timers: [dueTimer(before, 1)] });
      const rest = after.work.timers.map((one) => ({ kind: 'remove', timer: one }) as const);
      await committed(store, withWork(step(after, 'DONE'), { timers: rest }));
      expect(await peek()).toEqual(NOTHING);
    });

    it('has a timer from its very millisecond on', async () => {
      const before = await timed(subject.store.now() + 100);
      subject.skewMs = 99;
      expect(await peek()).toEqual({ ...NOTHING, nextAt: before.work.timers[0]?.dueAt });
      subject.skewMs = 100;
      expect(await peek()).toEqual({ ...NOTHING, timers: [dueTimer(before, 0)] });
    });

    it('tells an orphan whose lease has ended, whoever asks', async () => {
      const { store } = subject;
      const before = await order();
      await store.claim({ ...CLAIM, limit: 1 });
      const [task] = (await loaded(store, before)).work.tasks as [Task];
      await committed(store, withWork(step(before, 'LEFT'), { tasks: [{ kind: 'orphan', task }] }));
      const nextAt = store.now() + 10_000;
      expect(await peek(['other'])).toEqual({ ...NOTHING, nextAt });
      const longer = { ...keyOf(before), token: 1, kind: 'extend', leaseUntil: nextAt + 500 } as const;
      expect(await store.updateTasks([longer])).toEqual([true]);
      subject.skewMs = 10_499;
      expect(await peek([])).toEqual({ ...NOTHING, nextAt: nextAt + 500 });
      subject.skewMs = 10_500;
      expect(await peek([])).toEqual({ ...NOTHING, lapsed: [keyOf(before)] });
      expect(await peek()).toEqual({ ...NOTHING, lapsed: [keyOf(before)] });
    });

    it('tells an orphan at once that nobody holds, and one whose holder gives it back', async () => {
      const { store } = subject;
      const before = await order({ uncertain: true, dueAt: FAR_AHEAD, token: 1 });
      const [task] = before.work.tasks as [Task];
      await committed(store, withWork(step(before, 'LEFT'), { tasks: [{ kind: 'orphan', task }] }));
      expect(await peek()).toEqual({ ...NOTHING, lapsed: [keyOf(before)] });
      const other = await order({ orphan: true, token: 4, leaseUntil: FAR_AHEAD });
      expect(await peek()).toEqual({ ...NOTHING, lapsed: [keyOf(before)], nextAt: FAR_AHEAD });
      const failure = { attempt: 1, at: 1, error: 'e' };
      const retry: TaskUpdate = {
        ...keyOf(other),
        token: 4,
        kind: 'retry',
        dueAt: FAR_AHEAD,
        failure,
        uncertain: false,
      };
      const unbegun = await order({ orphan: true, attempts: 1, token: 1, leaseUntil: FAR_AHEAD });
      const back: TaskUpdate = { ...keyOf(unbegun), token: 1, kind: 'return' };
      expect(await store.updateTasks([retry, back])).toEqual([true, true]);
      const { lapsed, nextAt } = await peek();
      expect(sorted(lapsed)).toEqual(sorted([before, other, unbegun].map(keyOf)));
      expect(nextAt).toBeNull();
    });

    it('tells a task past its deadline once nobody holds it, and does not give it out', async () => {
      const { store } = subject;
      const deadline = store.now() + 1_000;
      const free = await order({ deadline, dueAt: FAR_AHEAD });
      const leased = await order({ deadline, token: 1, leaseUntil: deadline + 500 });
      const back = await order({ deadline, token: 1, leaseUntil: deadline - 500 });
      subject.skewMs = 999;
      expect(await peek(['other'])).toEqual({ ...NOTHING, nextAt: deadline });
      subject.skewMs = 1_000;
      const { ready, lapsed, nextAt } = await peek();
      expect([ready, sorted(lapsed), nextAt]).toEqual([
        false,
        sorted([keyOf(free), keyOf(back)]),
        deadline + 500,
      ]);
      subject.skewMs = 1_500;
      expect(sorted((await peek()).lapsed)).toEqual(sorted([free, leased, back].map(keyOf)));
    });

    it('lets what has lapsed go with its end, and tells no more of it than asked for', async () => {
      const { store } = subject;
      const orders: LiveOrder[] = [];
      for (let count = 0; count < 5; count++) orders.push(await order({ orphan: true, uncertain: true }));
      const { lapsed } = await peek([], 3);
      expect(lapsed).toHaveLength(3);
      for (const { orderId } of lapsed) {
        const left = orders.find(({ id }) => id === orderId) as LiveOrder;
        const tasks = left.work.tasks.map((task) => ({ kind: 'remove', task }) as const);
        await committed(store, withWork(step(left, 'DONE'), { tasks }));
      }
      const rest = orders.filter(({ id }) => lapsed.every(({ orderId }) => orderId !== id));
      expect(sorted((await peek([], 3)).lapsed)).toEqual(sorted(rest.map(keyOf)));
    });

    it('names the earliest time at which any of it changes', async () => {
      const now = subject.store.now();
      const next = async (names?: string[]): Promise<number | null> => (await peek(names)).nextAt;
      await timed(now + 9_000);
      expect(await next()).toBe(now + 9_000);
      await order({ deadline: now + 8_000, dueAt: FAR_AHEAD, name: 'other' });
      expect(await next()).toBe(now + 8_000);
      await order({ orphan: true, token: 1, leaseUntil: now + 7_000, name: 'other' });
      expect(await next()).toBe(now + 7_000);
      await order({ token: 1, leaseUntil: now + 6_000 });
      expect(await next()).toBe(now + 6_000);
      await order({ dueAt: now + 5_000 });
      expect(await next()).toBe(now + 5_000);
      expect(await next(['other'])).toBe(now + 7_000);
      await order({ name: 'other', dueAt: now + 4_000 });
      expect(await next()).toBe(now + 5_000);
      expect(await next(['label.print', 'other'])).toBe(now + 4_000);
      await order();
      await timed(LONG_AGO);
      expect(await next()).toBe(now + 5_000);
    });

    it('is found among thousands of others that are far from due', async () => {
      const { store } = subject;
      const now = store.now();
      const units = Array.from({ length: 1_000 }, () => creation());
      await store.commit(
        units.map((unit, index) =>
          withWork(unit, {
            tasks: [{ kind: 'add', task: taskOf(unit.order, { dueAt: FAR_AHEAD - index }) }],
            timers: [{ kind: 'add', timer: timerOf(unit.order, FAR_AHEAD - index) }],
          }),
        ),
      );
      const soon = await timed(now - 1);
      await order({ dueAt: now + 1 });
      expect(await peek()).toEqual({ ...NOTHING, timers: [dueTimer(soon, 0)], nextAt: now + 1 });
    });

    it('is the same when the store is opened again', async ({ skip }) => {
      if (subject.reopen === null) return skip('this store keeps nothing');
      await order();
      await order({ orphan: true, uncertain: true });
      await timed(LONG_AGO, FAR_AHEAD);
      const before = await peek();
      await subject.reopen();
      expect(await peek()).toEqual(before);
      expect(before.timers).toHaveLength(1);
    });
  });
}

/** How a look tells a timer of an order. */
function dueTimer({ tenant, id, work }: LiveOrder, index: number): WorkDue['timers'][number] {
  return { ...(work.timers[index] as Timer), tenant, orderId: id };
}

/** The key of the order's only task. */
function keyOf({ tenant, id, work }: LiveOrder): WorkDue['lapsed'][number] {
  return { tenant, orderId: id, id: work.tasks[0]?.id as string };
}

function sorted(keys: WorkDue['lapsed']): WorkDue['lapsed'] {
  return [...keys].sort((one, other) => (one.id < other.id ? -1 : 1));
}
