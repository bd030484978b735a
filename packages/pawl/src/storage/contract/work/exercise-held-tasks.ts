import { describe, expect, it } from 'vitest';
import { FAILURE_CHARACTERS_MAX, FAILURES_MAX, type Task } from '../../../order/work.ts';
import type { OpenTask, TaskChange, TaskUpdate, UnitVerdict } from '../../../ports/store.ts';
import { step } from '../samples.ts';
import { committed, loaded, type StoreUnderTest } from '../subject.ts';
import { FAR_AHEAD, LONG_AGO, withWork } from './samples.ts';
import { held, plain, updatesOf, workerOn } from './worker.ts';

/** What ends a task as it was seen, by itself and after its state was left. */
function endsOf(task: Task): TaskChange[][] {
  const dead: Task = { ...task, dead: true, leaseUntil: null };
  return [
    [{ kind: 'remove', task }],
    [
      { kind: 'orphan', task },
      { kind: 'remove', task },
    ],
    [{ kind: 'replace', task: dead, leaseBefore: task.leaseUntil }],
  ];
}

export function exerciseHeldTasks(subject: StoreUnderTest): void {
  const { order, claim, claimOne, row } = workerOn(subject);

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

    it('never shortens a lease by extending it, and counts all the same', async () => {
      await order();
      const task = await claimOne();
      const { store } = subject;
      const [longer, shorter] = [store.now() + 30_000, store.now() + 20_000];
      const extend = { ...held(task), kind: 'extend' } as const;
      expect(await store.updateTasks([{ ...extend, leaseUntil: longer }])).toEqual([true]);
      expect(await store.updateTasks([{ ...extend, leaseUntil: shorter }])).toEqual([true]);
      expect(await row(task)).toEqual({ ...plain(task), leaseUntil: longer });
      expect(await store.updateTasks([{ ...extend, kind: 'park', leaseUntil: shorter }])).toEqual([true]);
      expect(await row(task)).toEqual({ ...plain(task), parked: true, leaseUntil: shorter });
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

    it('takes back what was not begun: only the token tells that it was ever given out', async () => {
      const { store } = subject;
      const { work } = await order({ attempts: 2, token: 5, uncertain: false });
      const [before] = work.tasks as [Task];
      const task = await claimOne();
      const unbegun = { ...held(task), kind: 'return' } as const;
      expect(await store.updateTasks([unbegun])).toEqual([true]);
      expect(await row(task)).toEqual({ ...before, token: 6, claimedBy: 'w-1' });
      expect(await store.updateTasks([unbegun])).toEqual([false]);
      expect(await claimOne({ claimedBy: 'w-2' })).toMatchObject({ token: 7, attempts: 3, uncertain: false });
    });

    it('keeps the doubt that a lease has left before what was not begun', async () => {
      const { store } = subject;
      await order();
      await claimOne();
      subject.skewMs = 10_000;
      const task = await claimOne();
      expect(await store.updateTasks([{ ...held(task), kind: 'return' }])).toEqual([true]);
      expect(await row(task)).toMatchObject({ token: 2, attempts: 1, uncertain: true, leaseUntil: null });
      expect(await claimOne()).toMatchObject({ token: 3, attempts: 2, uncertain: true });
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
      expect(await store.updateTasks(updatesOf(task))).toEqual([false, false, false, false]);
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

    it('is a conflict where it was decided before an update that moved the lease', async () => {
      const { store } = subject;
      for (const index of [0, 1, 2, 3]) {
        const before = await order();
        const task = await claimOne();
        const update = updatesOf(task)[index] as TaskUpdate;
        expect(await store.updateTasks([update])).toEqual([true]);
        const current = await loaded(store, before);
        for (const tasks of endsOf(plain(task))) {
          const ended = withWork(step(before, 'DONE'), { tasks });
          const said = `${update.kind}: ${tasks.map(({ kind }) => kind).join(', ')}`;
          expect(await store.commit([ended]), said).toEqual([{ kind: 'conflict', current }]);
          expect(await loaded(store, before), said).toEqual(current);
        }
        const decidedAgain = { ...plain(task), leaseUntil: current.work.tasks[0]?.leaseUntil ?? null };
        const [end] = endsOf(decidedAgain).slice(index % 3);
        await committed(store, withWork(step(before, 'DONE'), { tasks: end as TaskChange[] }));
      }
    });

    it('judges the lease that the changes before it have left', async () => {
      const { store } = subject;
      const before = await order();
      const task = plain(await claimOne());
      const waiting = { ...task, leaseUntil: null };
      const written: TaskChange = { kind: 'replace', task: waiting, leaseBefore: task.leaseUntil };
      const ended = (last: TaskChange) => withWork(step(before, 'DONE'), { tasks: [written, last] });
      const current = await loaded(store, before);
      expect(await store.commit([ended({ kind: 'remove', task })])).toMatchObject([{ kind: 'conflict' }]);
      expect(await loaded(store, before)).toEqual(current);
      await committed(store, ended({ kind: 'remove', task: waiting }));
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
