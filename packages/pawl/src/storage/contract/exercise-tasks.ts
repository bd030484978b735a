import { describe, expect, it } from 'vitest';
import { FAILURE_CHARACTERS_MAX, FAILURES_MAX, type LiveOrder, type Task } from '../../order/work.ts';
import type { ClaimQuery, OpenTask, TaskKey, TaskUpdate, UnitVerdict } from '../../ports/store.ts';
import { creation, orderlessKey, step } from './samples.ts';
import { committed, loaded, type StoreUnderTest } from './subject.ts';
import { FAR_AHEAD, LONG_AGO, type TaskOptions, taskOf, withTasks, withWork } from './work-samples.ts';

const QUERY: ClaimQuery = {
  tenant: null,
  names: ['label.print'],
  limit: 10,
  leaseMs: 10_000,
  claimedBy: 'w-1',
  key: null,
};

export function exerciseTasks(subject: StoreUnderTest): void {
  /** A new order with one task. */
  async function order(options: TaskOptions = {}, tenant = 1): Promise<LiveOrder> {
    const unit = creation({ tenant });
    return committed(subject.store, withTasks(unit, taskOf(unit.order, options)));
  }

  async function claim(query: Partial<ClaimQuery> = {}): Promise<readonly OpenTask[]> {
    const verdict = await subject.store.claim({ ...QUERY, ...query });
    if (verdict.kind !== 'claimed') throw new Error('the key is taken');
    return verdict.tasks;
  }

  async function claimOne(query: Partial<ClaimQuery> = {}): Promise<OpenTask> {
    const tasks = await claim(query);
    expect(tasks).toHaveLength(1);
    return tasks[0] as OpenTask;
  }

  async function row({ tenant, orderId, id }: TaskKey): Promise<Task | undefined> {
    const [found] = await subject.store.load([{ tenant, orderId }]);
    return found?.work.tasks.find((task) => task.id === id);
  }

  describe('a claim', () => {
    it('gives out what is due: raises token and attempts and sets the lease', async () => {
      const { store } = subject;
      const { id: orderId, work } = await order({ attempts: 2, token: 5 });
      const [task] = await claim();
      expect(task).toEqual({
        ...work.tasks[0],
        tenant: 1,
        orderId,
        token: 6,
        attempts: 3,
        leaseUntil: store.now() + 10_000,
        claimedBy: 'w-1',
      });
      expect(await row(task as OpenTask)).toEqual(plain(task as OpenTask));
      expect(await claim()).toEqual([]);
    });

    it('leaves the order itself as it is', async () => {
      const before = await order();
      await claim();
      const { work, ...now } = await loaded(subject.store, before);
      expect({ ...now, work: before.work }).toEqual(before);
      await committed(subject.store, step({ ...now, work }, 'PAID'));
    });

    it('gives out only the names asked for, and no more than the limit, oldest due first', async () => {
      const now = subject.store.now();
      const ages = [3_000, 9_000, 1_000, 5_000, 7_000];
      for (const [index, age] of ages.entries()) {
        await order({ dueAt: now - age, name: index % 2 === 0 ? 'a' : 'b' });
      }
      await order({ dueAt: now - 20_000, name: 'c' });
      const names = ['a', 'b', 'none'];
      const dueBefore = async (query: Partial<ClaimQuery>): Promise<number[]> =>
        (await claim({ names, ...query })).map(({ dueAt }) => now - dueAt);
      expect(await dueBefore({ limit: 2 })).toEqual([9_000, 7_000]);
      expect(await dueBefore({ names: ['b'] })).toEqual([5_000]);
      expect(await dueBefore({})).toEqual([3_000, 1_000]);
      expect(await claim({ names: [] })).toEqual([]);
      expect(await dueBefore({ names: ['c', 'c'] })).toEqual([20_000]);
    });

    it('gives out nothing that is not due, is dead, is an orphan or is past its deadline', async () => {
      const now = subject.store.now();
      await order({ dueAt: now + 1 });
      await order({ dead: true });
      await order({ orphan: true, uncertain: true });
      await order({ orphan: true, token: 1, leaseUntil: LONG_AGO });
      await order({ deadline: now });
      await order({ deadline: LONG_AGO, token: 1, leaseUntil: LONG_AGO });
      expect(await claim()).toEqual([]);
      await order({ deadline: now + 1 });
      await order({ dueAt: now });
      expect(await claim()).toHaveLength(2);
      subject.skewMs = 1;
      expect(await claim()).toHaveLength(1);
    });

    it('never gives one task to two of many who ask at the same time', async () => {
      const { store } = subject;
      const units = Array.from({ length: 60 }, () => creation());
      await store.commit(units.map((unit) => withTasks(unit, taskOf(unit.order))));
      const claims = await Promise.all(
        Array.from({ length: 10 }, (_, index) => claim({ limit: 9, claimedBy: `w-${index}` })),
      );
      const given = claims.flat().map(({ id }) => id);
      expect(new Set(given).size).toBe(given.length);
      const rest = await claim({ limit: 100 });
      expect(new Set([...given, ...rest.map(({ id }) => id)]).size).toBe(60);
      expect(given.length + rest.length).toBe(60);
      for (const task of claims.flat()) expect(await row(task)).toEqual(plain(task));
    });

    it('gives out the tasks of one tenant, or of all', async () => {
      await order({}, 2);
      await order({}, 1);
      await order({}, 2);
      expect(await claim({ tenant: 3 })).toEqual([]);
      expect((await claim({ tenant: 2, limit: 1 })).map(({ tenant }) => tenant)).toEqual([2]);
      expect((await claim({ tenant: 1 })).map(({ tenant }) => tenant)).toEqual([1]);
      await order({}, 1);
      expect((await claim()).map(({ tenant }) => tenant).sort()).toEqual([1, 2]);
    });

    it('gives a task out again when its lease has ended, with a higher token and in doubt', async () => {
      await order();
      const first = await claimOne();
      subject.skewMs = 9_999;
      expect(await claim()).toEqual([]);
      subject.skewMs = 10_000;
      const second = await claimOne({ claimedBy: 'w-2', leaseMs: 500 });
      expect(second).toEqual({
        ...first,
        token: 2,
        attempts: 2,
        leaseUntil: subject.store.now() + 500,
        claimedBy: 'w-2',
        uncertain: true,
      });
      subject.skewMs = 10_500;
      expect(await claimOne()).toMatchObject({ token: 3, attempts: 3, uncertain: true });
    });

    it('counts a lease that ended as due since then, among those that wait', async () => {
      const now = subject.store.now();
      await order({ dueAt: now - 60_000, token: 1, leaseUntil: now - 1_000, name: 'label.print' });
      await order({ dueAt: now - 2_000 });
      expect((await claim()).map(({ dueAt }) => now - dueAt)).toEqual([2_000, 60_000]);
    });

    it('is answered again under its key, and gives out nothing the second time', async () => {
      const { store } = subject;
      for (let count = 0; count < 3; count++) await order();
      const key = orderlessKey();
      const tasks = await claim({ limit: 2, key });
      expect(tasks).toHaveLength(2);
      const again = await store.claim({ ...QUERY, key: orderlessKey({ hash: key.hash }) });
      if (again.kind !== 'key-taken') throw new Error('the key is free');
      const { answer, ...rest } = again.taken;
      expect({ ...rest, answer: null }).toEqual(key);
      expect(JSON.parse(answer as string)).toEqual(tasks);
      expect(await claim()).toHaveLength(1);
    });

    it('that gives out nothing leaves its key free', async () => {
      const key = orderlessKey();
      expect(await claim({ key })).toEqual([]);
      await order();
      expect(await claim({ key })).toHaveLength(1);
    });

    it('takes over a key that has expired', async () => {
      const { store } = subject;
      const key = orderlessKey({ expiresAt: store.now() + 1_000 });
      await order();
      expect(await claim({ key })).toHaveLength(1);
      await order();
      subject.skewMs = 1_000;
      const fresh = orderlessKey({ hash: key.hash, expiresAt: store.now() + 1_000 });
      const [task] = await claim({ key: fresh });
      const again = await store.claim({ ...QUERY, key: fresh });
      if (again.kind !== 'key-taken') throw new Error('the key is free');
      expect(JSON.parse(again.taken.answer as string)).toEqual([task]);
    });

    it('holds when the store is opened again', async ({ skip }) => {
      if (subject.reopen === null) return skip('this store keeps nothing');
      await order();
      const key = orderlessKey();
      const task = await claimOne({ key });
      await subject.reopen();
      expect(await row(task)).toEqual(plain(task));
      expect(await claim()).toEqual([]);
      expect(await subject.store.claim({ ...QUERY, key })).toMatchObject({ kind: 'key-taken' });
    });
  });

  describe('an update of a task', () => {
    it('extends the lease of who holds it', async () => {
      await order();
      const task = await claimOne();
      const { store } = subject;
      const leaseUntil = store.now() + 30_000;
      expect(await store.updateTasks([{ ...held(task), kind: 'extend', leaseUntil }])).toEqual([true]);
      expect(await row(task)).toEqual({ ...plain(task), leaseUntil });
      subject.skewMs = 29_999;
      expect(await claim()).toEqual([]);
      subject.skewMs = 30_000;
      expect(await claim()).toHaveLength(1);
    });

    it('still counts after the lease has ended, as long as nobody has taken over', async () => {
      const { store } = subject;
      await order();
      const task = await claimOne();
      subject.skewMs = 60_000;
      const leaseUntil = store.now() + 1_000;
      expect(await store.updateTasks([{ ...held(task), kind: 'extend', leaseUntil }])).toEqual([true]);
      expect(await claim()).toEqual([]);
      expect(await row(task)).toMatchObject({ token: 1, uncertain: false, leaseUntil });
    });

    it('is refused to a token that was superseded, whatever it asks for', async () => {
      const { store } = subject;
      await order();
      const old = await claimOne();
      subject.skewMs = 10_000;
      const task = await claimOne({ claimedBy: 'w-2' });
      for (const update of updatesOf(old)) {
        expect(await store.updateTasks([update]), update.kind).toEqual([false]);
        expect(await row(task)).toEqual(plain(task));
      }
    });

    it('is refused where there is nothing to hold', async () => {
      const { store } = subject;
      await order();
      const task = await claimOne();
      const dead = await order({ dead: true, token: 1, leaseUntil: FAR_AHEAD });
      const free = await order({ token: 1 });
      const other = await order();
      const wrong: Partial<TaskUpdate>[] = [
        { id: `${task.id}9` },
        { tenant: 2 },
        { orderId: other.id },
        { token: 0 },
        { token: 2 },
        { orderId: dead.id, id: dead.work.tasks[0]?.id as string },
        { orderId: free.id, id: free.work.tasks[0]?.id as string },
      ];
      for (const change of wrong) {
        for (const update of updatesOf(task)) {
          const asked = { ...update, ...change } as TaskUpdate;
          expect(await store.updateTasks([asked]), JSON.stringify(change)).toEqual([false]);
        }
      }
      expect(await row(task)).toEqual(plain(task));
      for (const { id, work } of [dead, free]) {
        expect((await loaded(store, { ...dead, id })).work).toEqual(work);
      }
    });

    it('is judged by itself in a call of many', async () => {
      const { store } = subject;
      for (let count = 0; count < 3; count++) await order();
      const tasks = await claim();
      const leaseUntil = store.now() + 99_000;
      const updates = tasks.map(
        (task, index): TaskUpdate => ({
          ...held(task),
          token: index === 1 ? 7 : task.token,
          kind: 'extend',
          leaseUntil,
        }),
      );
      expect(await store.updateTasks(updates)).toEqual([true, false, true]);
      const leases = await Promise.all(tasks.map(async (task) => (await row(task))?.leaseUntil));
      expect(leases).toEqual([leaseUntil, tasks[1]?.leaseUntil, leaseUntil]);
      expect(await store.updateTasks([])).toEqual([]);
    });

    it('parks a task with an outside service until its lease ends', async () => {
      const { store } = subject;
      await order();
      const task = await claimOne();
      const leaseUntil = store.now() + 3_600_000;
      expect(await store.updateTasks([{ ...held(task), kind: 'park', leaseUntil }])).toEqual([true]);
      expect(await row(task)).toEqual({ ...plain(task), parked: true, leaseUntil });
      subject.skewMs = 3_599_999;
      expect(await claim()).toEqual([]);
      subject.skewMs = 3_600_000;
      expect(await claimOne()).toMatchObject({ parked: false, uncertain: true, token: 2, attempts: 2 });
    });

    it('gives a task back for another attempt, with the failure of this one', async () => {
      const { store } = subject;
      await order();
      const task = await claimOne();
      const failure = { attempt: 1, at: store.now(), error: 'no paper 📄' };
      const dueAt = store.now() + 5_000;
      const retry = { ...held(task), kind: 'retry', dueAt, failure, uncertain: false } as const;
      expect(await store.updateTasks([retry])).toEqual([true]);
      expect(await row(task)).toEqual({ ...plain(task), leaseUntil: null, dueAt, failures: [failure] });
      expect(await store.updateTasks([retry])).toEqual([false]);
      subject.skewMs = 4_999;
      expect(await claim()).toEqual([]);
      subject.skewMs = 5_000;
      expect(await claimOne()).toMatchObject({
        token: 2,
        attempts: 2,
        uncertain: false,
        failures: [failure],
      });
    });

    it('remembers a doubt, whether this attempt or an earlier one left it', async () => {
      const { store } = subject;
      await order();
      for (const [uncertain, expected] of [
        [false, false],
        [true, true],
        [false, true],
      ] as const) {
        const task = await claimOne();
        const failure = { attempt: task.attempts, at: 1, error: 'e' };
        await store.updateTasks([{ ...held(task), kind: 'retry', dueAt: LONG_AGO, failure, uncertain }]);
        expect(await row(task)).toMatchObject({ uncertain: expected, parked: false });
      }
    });

    it('takes a parked task back as any other', async () => {
      const { store } = subject;
      await order();
      const task = await claimOne();
      await store.updateTasks([{ ...held(task), kind: 'park', leaseUntil: FAR_AHEAD }]);
      const failure = { attempt: 1, at: 1, error: 'e' };
      const retry = { ...held(task), kind: 'retry', dueAt: LONG_AGO, failure, uncertain: false } as const;
      expect(await store.updateTasks([retry])).toEqual([true]);
      expect(await row(task)).toMatchObject({ parked: false, leaseUntil: null });
    });

    it('keeps the last failures, and of each as much as is allowed, never half a character', async () => {
      const { store } = subject;
      await order();
      const whole = `x${'😀'.repeat(FAILURE_CHARACTERS_MAX)}`;
      for (let attempt = 1; attempt <= FAILURES_MAX + 3; attempt++) {
        const task = await claimOne();
        const failure = { attempt, at: attempt, error: attempt % 2 === 0 ? 'y'.repeat(2_000) : whole };
        await store.updateTasks([
          { ...held(task), kind: 'retry', dueAt: LONG_AGO, failure, uncertain: false },
        ]);
      }
      const { failures, attempts } = await claimOne();
      expect(attempts).toBe(FAILURES_MAX + 4);
      expect(failures.map(({ attempt, at }) => [attempt, at])).toEqual(
        Array.from({ length: FAILURES_MAX }, (_, index) => [index + 4, index + 4]),
      );
      for (const { attempt, error } of failures) {
        if (attempt % 2 === 0) expect(error).toBe('y'.repeat(FAILURE_CHARACTERS_MAX));
        else
          expect([error.isWellFormed(), whole.startsWith(error), error.length > 400]).toEqual([
            true,
            true,
            true,
          ]);
        expect([...error].length).toBeLessThanOrEqual(FAILURE_CHARACTERS_MAX);
      }
    });
  });

  describe('the end of a task', () => {
    it('is written by who holds the token, also after the lease has ended', async () => {
      const { store } = subject;
      const before = await order();
      const task = await claimOne();
      subject.skewMs = 60_000;
      const ended = withWork(step(before, 'DONE'), { tasks: [{ kind: 'remove', task: plain(task) }] });
      const after = await committed(store, ended);
      expect(await loaded(store, after)).toEqual(after);
      expect(await claim()).toEqual([]);
      expect(await store.updateTasks(updatesOf(task))).toEqual([false, false, false]);
    });

    it('is a conflict for who was superseded, and the one who holds it goes on', async () => {
      const { store } = subject;
      const before = await order();
      const old = await claimOne();
      subject.skewMs = 10_000;
      const task = await claimOne();
      const endedBy = (one: OpenTask) =>
        withWork(step(before, 'DONE'), { tasks: [{ kind: 'remove', task: plain(one) }] });
      const current = await loaded(store, before);
      expect(await store.commit([endedBy(old)])).toEqual([{ kind: 'conflict', current }]);
      expect(current.work.tasks).toEqual([plain(task)]);
      await committed(store, endedBy(task));
    });

    it('races a claim of the same task, and just one of them is told that it has it', async () => {
      const { store } = subject;
      for (let round = 0; round < 20; round++) {
        const before = await order();
        const cancelled = withWork(step(before, 'CANCELLED'), {
          tasks: before.work.tasks.map((task) => ({ kind: 'remove', task })),
        });
        const commit = (): Promise<readonly UnitVerdict[]> => store.commit([cancelled]);
        const early = round % 2 === 0 ? null : commit();
        const [tasks, [verdict]] = await Promise.all([claim(), early ?? commit()]);
        expect([tasks.length, verdict?.kind]).toEqual(
          tasks.length === 0 ? [0, 'committed'] : [1, 'conflict'],
        );
      }
    });
  });
}

function held({ tenant, orderId, id, token }: OpenTask): TaskKey & { readonly token: number } {
  return { tenant, orderId, id, token };
}

/** One update of each kind. */
function updatesOf(task: OpenTask): TaskUpdate[] {
  const failure = { attempt: task.attempts, at: LONG_AGO, error: 'e' };
  return [
    { ...held(task), kind: 'extend', leaseUntil: FAR_AHEAD },
    { ...held(task), kind: 'park', leaseUntil: FAR_AHEAD },
    { ...held(task), kind: 'retry', dueAt: LONG_AGO, failure, uncertain: true },
  ];
}

/** The row alone. */
function plain({ tenant: _tenant, orderId: _orderId, ...task }: OpenTask): Task {
  return task;
}
