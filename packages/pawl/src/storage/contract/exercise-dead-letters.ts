import { describe, expect, it } from 'vitest';
import type { LiveOrder } from '../../order/work.ts';
import type { DeadLetterQuery } from '../../ports/store.ts';
import { creation, step } from './samples.ts';
import { allPages, committed, type StoreUnderTest } from './subject.ts';
import { LONG_AGO, taskOf, withWork } from './work/samples.ts';

const PAGE = { tenant: 1, after: null, limit: 100 } as const;

export function exerciseDeadLetters(subject: StoreUnderTest): void {
  /** An order in STUCK with a dead task, in FAILED for review, in DONE, or open: by creation. */
  async function order(
    index: number,
    status: 'STUCK' | 'FAILED' | 'DONE' | 'OPEN',
    { tenant = 1, workflow = 'retail' } = {},
  ): Promise<LiveOrder> {
    const unit = creation({ at: LONG_AGO + index, tenant, workflow });
    await committed(subject.store, unit);
    if (status !== 'STUCK') return committed(subject.store, step(unit.order, status));
    const dead = taskOf(unit.order, { dead: true, attempts: 3, token: 3 });
    const stuck = step(unit.order, 'STUCK', 1, { blocked: true });
    return committed(subject.store, withWork(stuck, { tasks: [{ kind: 'add', task: dead }] }));
  }

  const list = (query: Partial<DeadLetterQuery> = {}): Promise<readonly LiveOrder[]> =>
    subject.store.deadLetters({ ...PAGE, ...query });

  describe('dead letters', () => {
    it('are orders with a dead task and those that wait for review, with their work, by creation', async () => {
      const failed = await order(5, 'FAILED');
      const stuck = await order(2, 'STUCK');
      await order(3, 'DONE');
      await order(4, 'OPEN');
      const other = await order(1, 'FAILED');
      expect(failed).toMatchObject({ awaitsReview: true, settled: true });
      expect(await list()).toEqual([other, stuck, failed]);
      expect((await list())[1]?.work.tasks).toHaveLength(1);
    });

    it('leave the list when the task has ended and when somebody has looked', async () => {
      const { store } = subject;
      const [stuck, failed] = [await order(1, 'STUCK'), await order(2, 'FAILED')];
      const resolved = withWork(step(stuck, 'OPEN'), {
        tasks: stuck.work.tasks.map((task) => ({ kind: 'remove', task })),
      });
      await committed(store, resolved);
      expect(await list()).toEqual([failed]);
      const seen = step(failed, 'FAILED');
      await committed(store, { ...seen, order: { ...seen.order, awaitsReview: false } });
      expect(await list()).toEqual([]);
    });

    it('leave the list when the dead task is tried again', async () => {
      const { store } = subject;
      const stuck = await order(1, 'STUCK');
      const again = withWork(step(stuck, 'STUCK'), {
        tasks: stuck.work.tasks.map((task) => ({
          kind: 'replace',
          leaseBefore: null,
          task: { ...task, dead: false, attempts: 0 },
        })),
      });
      await committed(store, again);
      expect(await list()).toEqual([]);
      const claimed = await store.claim({
        tenant: 1,
        names: ['label.print'],
        limit: 1,
        leaseMs: 1_000,
        claimedBy: 'w-1',
        key: null,
      });
      expect(claimed).toMatchObject({ kind: 'claimed', tasks: [{ token: 4, attempts: 1, dead: false }] });
    });

    it('are there once, also when an order has several dead tasks and waits for review', async () => {
      const unit = creation();
      await committed(subject.store, unit);
      const failed = step(unit.order, 'FAILED', 1, { blocked: true });
      const tasks = [0, 1, 2].map((position) => taskOf(unit.order, { position, dead: true }));
      const order = await committed(
        subject.store,
        withWork(failed, { tasks: tasks.map((task) => ({ kind: 'add', task })) }),
      );
      expect(await list()).toEqual([order]);
    });

    it('are found by workflow and status, page by page', async () => {
      const orders: LiveOrder[] = [];
      for (let index = 0; index < 20; index++) {
        const workflow = index % 3 === 0 ? 'checkout' : 'retail';
        orders.push(await order(index, index % 2 === 0 ? 'STUCK' : 'FAILED', { workflow }));
        await order(index, 'OPEN', { workflow });
      }
      for (const workflow of [undefined, 'checkout', 'retail', 'none']) {
        for (const status of [undefined, 'STUCK', 'FAILED', 'OPEN']) {
          const expected = orders.filter(
            (one) =>
              (workflow === undefined || one.workflow === workflow) &&
              (status === undefined || one.status === status),
          );
          const seen = await allPages((last: LiveOrder | undefined) =>
            list({ workflow, status, after: last?.id ?? null, limit: 3 }),
          );
          expect(seen, `${workflow} ${status}`).toEqual(expected);
        }
      }
    });

    it('are shown to their own tenant only', async () => {
      const [stuck, failed] = [
        await order(1, 'STUCK', { tenant: 2 }),
        await order(2, 'FAILED', { tenant: 2 }),
      ];
      expect(await list()).toEqual([]);
      expect(await list({ tenant: 2 })).toEqual([stuck, failed]);
    });

    it('are shown by the plain list as what they are', async () => {
      const [stuck, failed] = [await order(1, 'STUCK'), await order(2, 'FAILED')];
      const page = { tenant: 1, direction: 'asc', after: null, offset: 0, limit: 10 } as const;
      const shown = await subject.store.list(page);
      expect(shown).toEqual([stuck, failed].map(({ work: _work, ...order }) => order));
      expect(shown.map(({ blocked, awaitsReview }) => [blocked, awaitsReview])).toEqual([
        [true, false],
        [false, true],
      ]);
    });
  });
}
