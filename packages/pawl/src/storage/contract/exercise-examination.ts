import { describe, expect, it } from 'vitest';
import type { LiveOrder, Task } from '../../order/work.ts';
import type { Examination, ExamineQuery, OrderKey, Tally, TaskKey } from '../../ports/store.ts';
import { creation, type SampleOptions, step, WORKFLOW_HASH } from './samples.ts';
import { committed, loaded, type StoreUnderTest } from './subject.ts';
import {
  FAR_AHEAD,
  LONG_AGO,
  type TaskOptions,
  taskOf,
  timerOf,
  withTasks,
  withWork,
} from './work/samples.ts';

/** A look that finds as late what has waited for ten seconds, and all orders unattended. */
export const LOOK: ExamineQuery = {
  lateMs: { task: 10_000, lease: 10_000, timer: 10_000 },
  countMax: 100,
  examplesMax: 3,
  after: null,
  rules: [{ workflowHash: WORKFLOW_HASH, attended: [] }],
  idleMax: 1_000,
};
const NONE: Tally<never> = { count: 0, oldestAt: null, examples: [] };
const CLAIM = { tenant: null, names: ['label.print'], limit: 1, claimedBy: 'w-1', key: null } as const;
/** More windows than any test has. */
const WINDOWS_MAX = 100;

export function exerciseExamination(subject: StoreUnderTest): void {
  const look = (query: Partial<ExamineQuery> = {}): Promise<Examination> =>
    subject.store.examine({ ...LOOK, ...query });

  /** What is late, without orders. */
  async function late(query: Partial<ExamineQuery> = {}) {
    const { untaken, pastLease, pastDeadline, orphans, timers, blocked } = await look(query);
    return { untaken, pastLease, pastDeadline, orphans, timers, blocked };
  }

  /** A new order with one task. */
  async function order(options: TaskOptions, sample: SampleOptions = {}): Promise<LiveOrder> {
    const unit = creation(sample);
    return committed(subject.store, withTasks(unit, taskOf(unit.order, options)));
  }

  async function timed(dueAt: number): Promise<LiveOrder> {
    const unit = creation();
    return committed(
      subject.store,
      withWork(unit, { timers: [{ kind: 'add', timer: timerOf(unit.order, dueAt) }] }),
    );
  }

  /** Idle orders of all windows. */
  async function idle(query: Partial<ExamineQuery> = {}): Promise<OrderKey[]> {
    const found: OrderKey[] = [];
    let after: OrderKey | null = null;
    for (let windows = 0; windows < WINDOWS_MAX; windows++) {
      const { idle: some, next } = await look({ ...query, after });
      expect(some.length).toBeLessThanOrEqual(query.idleMax ?? LOOK.idleMax);
      found.push(...some);
      if (next === null) return found;
      after = next;
    }
    throw new Error('the windows have no end');
  }

  describe('an examination', () => {
    it('finds nothing late where nothing is, and names every tenant', async () => {
      await subject.store.internTenant('other');
      const { idle: orders, next, tenants, feed, ...rest } = await look();
      expect([orders, next, [...tenants].sort()]).toEqual([[], null, [1, 2]]);
      expect(feed).toEqual({ events: 0, oldestAt: null });
      expect(rest).toMatchObject({ untaken: [], pastLease: [], pastDeadline: NONE, blocked: NONE });
      expect(rest).toMatchObject({ orphans: NONE, timers: NONE });
    });

    it('tells a task that is due and that nobody takes, from the end of its grace on, by name', async () => {
      const now = subject.store.now();
      const mine = await order({ dueAt: now });
      await order({ dueAt: FAR_AHEAD });
      await order({ dueAt: LONG_AGO, dead: true, name: 'other' });
      subject.skewMs = 9_999;
      expect((await late()).untaken).toEqual([]);
      subject.skewMs = 10_000;
      const other = await order({ dueAt: now - 1, name: 'a.other' }, { tenant: 2 });
      expect((await late()).untaken).toEqual([
        { task: 'a.other', count: 1, oldestAt: now - 1, examples: [keyOf(other)] },
        { task: 'label.print', count: 1, oldestAt: now, examples: [keyOf(mine)] },
      ]);
      await subject.store.claim({ ...CLAIM, leaseMs: 60_000 });
      expect((await late()).untaken.map(({ task }) => task)).toEqual(['a.other']);
    });

    it('counts the oldest, up to a bound, and shows a few of them', async () => {
      const now = subject.store.now();
      const orders: LiveOrder[] = [];
      for (let index = 0; index < 8; index++) orders.push(await order({ dueAt: now - 20_000 - index }));
      const [tally] = (await late()).untaken;
      expect(tally).toMatchObject({ count: 8, oldestAt: now - 20_007 });
      expect(sorted(tally?.examples)).toEqual(sorted(orders.slice(5).map(keyOf)));
      expect((await late({ countMax: 4 })).untaken[0]).toMatchObject({ count: 4, oldestAt: now - 20_007 });
    });

    it('tells a task whose holder let the lease end, until somebody takes it up', async () => {
      const now = subject.store.now();
      const mine = await order({ dueAt: LONG_AGO });
      await subject.store.claim({ ...CLAIM, leaseMs: 1_000 });
      subject.skewMs = 10_999;
      expect(await late()).toMatchObject({ untaken: [], pastLease: [] });
      subject.skewMs = 11_000;
      expect(await late()).toMatchObject({
        untaken: [],
        pastLease: [{ task: 'label.print', count: 1, oldestAt: now + 1_000, examples: [keyOf(mine)] }],
      });
      await subject.store.claim({ ...CLAIM, leaseMs: 1_000 });
      expect((await late()).pastLease).toEqual([]);
    });

    it('takes what waits for its next attempt or for an outside service as well', async () => {
      const now = subject.store.now();
      await order({ dueAt: now + 1, attempts: 2, token: 2 });
      await order({ dueAt: LONG_AGO, token: 1, leaseUntil: now + 1, parked: true });
      expect(await late()).toMatchObject({ untaken: [], pastLease: [] });
    });

    it('tells a task past its deadline that nobody has ended, and does not call it untaken', async () => {
      const now = subject.store.now();
      const mine = await order({ dueAt: LONG_AGO, deadline: now + 1_000 });
      await order({ dueAt: LONG_AGO, deadline: now + 1_000, token: 1, leaseUntil: now + 9_000 });
      await order({ dueAt: LONG_AGO, deadline: now, dead: true });
      subject.skewMs = 10_999;
      expect(await late()).toMatchObject({ untaken: [], pastLease: [], pastDeadline: NONE });
      subject.skewMs = 11_000;
      expect(await late()).toMatchObject({
        untaken: [],
        pastLease: [],
        pastDeadline: { count: 1, oldestAt: now + 1_000, examples: [keyOf(mine)] },
      });
    });

    it('tells an orphan whose lease has ended, from the end of its grace on', async () => {
      const { store } = subject;
      const now = store.now();
      const before = await order({ dueAt: LONG_AGO });
      await store.claim({ ...CLAIM, leaseMs: 1_000 });
      const [task] = (await loaded(store, before)).work.tasks as [Task];
      await committed(store, withWork(step(before, 'LEFT'), { tasks: [{ kind: 'orphan', task }] }));
      subject.skewMs = 10_999;
      expect((await late()).orphans).toEqual(NONE);
      subject.skewMs = 11_000;
      expect(await late()).toMatchObject({
        pastLease: [],
        pastDeadline: NONE,
        orphans: { count: 1, oldestAt: now + 1_000, examples: [keyOf(before)] },
      });
    });

    it('gives an orphan that nobody holds its grace from when its order moved or it was put off', async () => {
      const { store } = subject;
      const now = store.now();
      const before = await order({ dueAt: LONG_AGO, uncertain: true, token: 1 }, { at: now });
      const [task] = before.work.tasks as [Task];
      const left = step(before, 'LEFT');
      await committed(store, withWork(left, { tasks: [{ kind: 'orphan', task }] }));
      const since = left.order.updatedAt;
      subject.skewMs = since - now + 9_999;
      expect((await late()).orphans).toEqual(NONE);
      subject.skewMs += 1;
      expect((await late()).orphans).toEqual({ count: 1, oldestAt: since, examples: [keyOf(before)] });
      await order({ orphan: true, dueAt: since + 1 }, { at: now });
      expect((await late()).orphans).toMatchObject({ count: 1, oldestAt: since });
    });

    it('tells a timer that nobody fires', async () => {
      const now = subject.store.now();
      const mine = await timed(now + 1_000);
      await timed(now + 1_001);
      subject.skewMs = 10_999;
      expect((await late()).timers).toEqual(NONE);
      subject.skewMs = 11_000;
      const examples = [{ tenant: mine.tenant, orderId: mine.id }];
      expect((await late()).timers).toEqual({ count: 1, oldestAt: now + 1_000, examples });
    });

    it('counts orders with dead tasks, each once, until they are free', async () => {
      const { store } = subject;
      const [unit, later] = [creation({ at: LONG_AGO }), creation({ at: LONG_AGO + 5, tenant: 2 })];
      const dead = [0, 1].map((position) => taskOf(unit.order, { position, dead: true }));
      const stuck = await committed(store, withTasks(unit, ...dead));
      await committed(store, withTasks(later, taskOf(later.order, { dead: true })));
      const examples = [unit, later].map(({ tenant, orderId }) => ({ tenant, orderId }));
      expect((await late()).blocked).toEqual({ count: 2, oldestAt: LONG_AGO, examples });
      expect((await late({ countMax: 1 })).blocked.count).toBe(1);
      const tasks = stuck.work.tasks.map((task) => ({ kind: 'remove', task }) as const);
      await committed(store, withWork(step(stuck, 'OPEN'), { tasks }));
      expect((await late()).blocked).toMatchObject({ count: 1, oldestAt: LONG_AGO + 5 });
    });

    it('tells orders of all tenants that are not settled and have neither task nor timer', async () => {
      const { store } = subject;
      const open = await committed(store, creation({ at: LONG_AGO }));
      const foreign = await committed(store, creation({ tenant: 2 }));
      const settled = creation({ status: 'DONE' });
      await committed(store, settled);
      const waiting = await order({ dueAt: FAR_AHEAD });
      await order({ dead: true });
      await timed(FAR_AHEAD);
      expect(settled.order.settled).toBe(true);
      expect(await idle()).toEqual([open, foreign].map(orderKeyOf));
      const tasks = waiting.work.tasks.map((task) => ({ kind: 'remove', task }) as const);
      await committed(store, withWork(step(waiting, 'OPEN'), { tasks }));
      expect(await idle()).toEqual([open, waiting, foreign].map(orderKeyOf));
    });

    it('passes over states in which a client may send an event, by the definition of the order', async () => {
      const { store } = subject;
      const [open, held] = [
        await committed(store, creation({ at: LONG_AGO })),
        await committed(store, creation({ status: 'HELD' })),
      ];
      const rule = (workflowHash: string, ...attended: string[]) => ({ workflowHash, attended });
      const none = 'e'.repeat(64);
      expect(await idle({ rules: [rule(WORKFLOW_HASH, 'OPEN')] })).toEqual([orderKeyOf(held)]);
      expect(await idle({ rules: [rule(none, 'HELD'), rule(WORKFLOW_HASH, 'OPEN', 'HELD')] })).toEqual([]);
      expect(await idle({ rules: [rule(WORKFLOW_HASH), rule(none, 'OPEN', 'HELD')] })).toEqual(
        [open, held].map(orderKeyOf),
      );
    });

    it('tells every order of an unknown definition that is not settled, whatever is under way for it', async () => {
      const { store } = subject;
      const busy = await order({ dueAt: FAR_AHEAD }, { at: LONG_AGO });
      const open = await committed(store, creation());
      await committed(store, creation({ status: 'DONE' }));
      expect(await idle({ rules: [] })).toEqual([busy, open].map(orderKeyOf));
      const other = { workflowHash: 'e'.repeat(64), attended: ['OPEN'] };
      expect(await idle({ rules: [other] })).toEqual([busy, open].map(orderKeyOf));
    });

    it('goes through all orders window by window, each once', async () => {
      const { store } = subject;
      const units = Array.from({ length: 4_100 }, (_, index) =>
        creation({
          at: LONG_AGO + index,
          tenant: 1 + (index % 2),
          status: index % 99 === 7 ? 'HELD' : 'OPEN',
        }),
      );
      for (let at = 0; at < units.length; at += 1_000) await store.commit(units.slice(at, at + 1_000));
      const byKey = [...units].sort(
        (one, other) => one.tenant - other.tenant || (one.orderId < other.orderId ? -1 : 1),
      );
      const held = byKey
        .filter(({ order: { status } }) => status === 'HELD')
        .map(({ order }) => orderKeyOf(order));
      const rules = [{ workflowHash: WORKFLOW_HASH, attended: ['OPEN'] }];
      for (const idleMax of [1, 7, 30, 1_000]) expect(await idle({ rules, idleMax })).toEqual(held);
      const all = byKey.map(({ order }) => orderKeyOf(order));
      expect(await idle({ idleMax: 499 })).toEqual(all);
    });
  });
}

/** The key of the order's only task. */
function keyOf({ tenant, id, work }: LiveOrder): TaskKey {
  return { tenant, orderId: id, id: work.tasks[0]?.id as string };
}

function orderKeyOf({ tenant, id }: LiveOrder): OrderKey {
  return { tenant, orderId: id };
}

function sorted(keys: readonly TaskKey[] = []): TaskKey[] {
  return [...keys].sort((one, other) => (one.id < other.id ? -1 : 1));
}
