import { describe, expect, it } from 'vitest';
import type { ClaimQuery, OpenTask } from '../../../ports/store.ts';
import { creation, orderlessKey, step } from '../samples.ts';
import { committed, loaded, type StoreUnderTest } from '../subject.ts';
import { LONG_AGO, taskOf, withTasks } from './samples.ts';
import { plain, QUERY, workerOn } from './worker.ts';

export function exerciseClaims(subject: StoreUnderTest): void {
  const { order, claim, claimOne, row } = workerOn(subject);

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
}
