import { describe, expect, it } from 'vitest';
import { type LiveOrder, type Task, type TaskStatus, taskStatus } from '../../../order/work.ts';
import type { OpenTask, TaskQuery } from '../../../ports/store.ts';
import { creation, step } from '../samples.ts';
import { allPages, committed, type StoreUnderTest } from '../subject.ts';
import { FAR_AHEAD, LONG_AGO, type TaskOptions, taskOf, withTasks, withWork } from './samples.ts';

const PAGE = { tenant: 1, after: null, limit: 100 } as const;

export function exerciseLists(subject: StoreUnderTest): void {
  async function order(at: number, tasks: readonly TaskOptions[], tenant = 1): Promise<LiveOrder> {
    const unit = creation({ at, tenant });
    return committed(
      subject.store,
      withTasks(unit, ...tasks.map((options, position) => taskOf(unit.order, { position, ...options }))),
    );
  }

  const list = (query: Partial<TaskQuery> = {}): Promise<readonly OpenTask[]> =>
    subject.store.listTasks({ ...PAGE, ...query });

  /** Tasks in every condition, in the order of the list. */
  async function seed(): Promise<OpenTask[]> {
    const now = subject.store.now();
    const orders = [
      await order(LONG_AGO, [
        {},
        { dueAt: now + 1 },
        { token: 1, leaseUntil: now + 1 },
        { token: 1, leaseUntil: now + 1, parked: true },
        { dead: true },
      ]),
      await order(LONG_AGO + 1, [
        { name: 'card.charge', token: 2, leaseUntil: now },
        { name: 'card.charge', token: 2, leaseUntil: now, parked: true },
        { name: 'card.charge', orphan: true, token: 1, leaseUntil: now + 1 },
        { name: 'card.charge', dead: true, dueAt: now + 1 },
        { name: 'card.charge', dueAt: now },
      ]),
    ];
    return orders.flatMap(openTasks);
  }

  describe('the list of tasks', () => {
    it('has every open task in full, by order, version and position', async () => {
      const late = await order(LONG_AGO + 2, [
        { position: 10 },
        { position: 9 },
        { version: 11 },
        { version: 2 },
      ]);
      const early = await order(LONG_AGO + 1, [
        { kind: 'message', queue: 'b', position: 0 },
        { kind: 'undo', position: 2 },
        { position: 1 },
      ]);
      const expected = [...openTasks(early), ...openTasks(late)];
      expect(await list()).toEqual(expected);
      expect(expected.map(({ version, place }) => [version, place.position])).toEqual([
        [1, 0],
        [1, 1],
        [1, 2],
        [1, 9],
        [1, 10],
        [2, 3],
        [11, 2],
      ]);
    });

    it('finds by every filter, and by all of them together, what a scan would find', async () => {
      const tasks = await seed();
      const now = subject.store.now();
      const statuses = [undefined, 'ready', 'running', 'waiting', 'dead'] as const;
      const found = new Set<TaskStatus>();
      for (const status of statuses) {
        for (const name of [undefined, 'label.print', 'card.charge', 'none']) {
          for (const orderId of [
            undefined,
            ...new Set(tasks.map((task) => task.orderId)),
            creation().orderId,
          ]) {
            const expected = tasks.filter(
              (task) =>
                (status === undefined || taskStatus(task, now) === status) &&
                (name === undefined || task.name === name) &&
                (orderId === undefined || task.orderId === orderId),
            );
            const query = { status, name, orderId };
            expect(await list(query), JSON.stringify(query)).toEqual(expected);
            expect(await list({ ...query, limit: 2 })).toEqual(expected.slice(0, 2));
            if (status !== undefined && expected.length > 1) found.add(status);
          }
        }
      }
      expect(found.size).toBe(4);
    });

    it('counts as waiting what is not due or parked, and as ready what nobody holds any more', async () => {
      await seed();
      const positions = async (status: TaskStatus): Promise<number[]> =>
        (await list({ status })).map(({ place }) => place.position);
      expect(await positions('ready')).toEqual([0, 0, 1, 4]);
      expect(await positions('running')).toEqual([2, 2]);
      expect(await positions('waiting')).toEqual([1, 3]);
      expect(await positions('dead')).toEqual([4, 3]);
      subject.skewMs = 1;
      expect(await positions('ready')).toEqual([0, 1, 2, 3, 0, 1, 2, 4]);
      expect(await positions('waiting')).toEqual([]);
    });

    it('goes on after the last task of a page, also if that has ended since', async () => {
      const { store } = subject;
      const tasks = await seed();
      expect(await allPages((last: OpenTask | undefined) => list({ after: last ?? null, limit: 3 }))).toEqual(
        tasks,
      );
      const [unit, cursor] = [creation({ at: LONG_AGO + 5 }), tasks[2] as OpenTask];
      await committed(store, unit);
      const left = (await store.load([cursor]))[0] as LiveOrder;
      const gone = left.work.tasks.find(({ id }) => id === cursor.id) as Task;
      await committed(store, withWork(step(left, 'ON'), { tasks: [{ kind: 'remove', task: gone }] }));
      expect(await list({ after: cursor })).toEqual(tasks.slice(3));
      expect(await list({ after: cursor, name: 'card.charge', limit: 2 })).toEqual(tasks.slice(5, 7));
      expect(await list({ after: tasks.at(-1) as OpenTask })).toEqual([]);
    });

    it('goes on by number and not by text', async () => {
      const before = await order(LONG_AGO, [
        { position: 9 },
        { position: 10 },
        { position: 100 },
        { version: 10 },
      ]);
      const tasks = openTasks(before);
      for (const [index, after] of tasks.entries()) {
        expect(await list({ after, limit: 1 }), after.id).toEqual(tasks.slice(index + 1, index + 2));
      }
    });

    it('shows no tenant the tasks of another', async () => {
      const foreign = await order(LONG_AGO, [{}, { dead: true }], 2);
      expect(await list()).toEqual([]);
      expect(await list({ orderId: foreign.id })).toEqual([]);
      expect(await list({ tenant: 2, orderId: foreign.id })).toEqual(openTasks(foreign));
      expect(await list({ status: 'dead' })).toEqual([]);
    });

    it('has a task no more that has ended, and shows a far one as it is', async () => {
      const { store } = subject;
      const before = await order(LONG_AGO, [{ dueAt: FAR_AHEAD }]);
      expect(await list()).toEqual(openTasks(before));
      const tasks = before.work.tasks.map((task) => ({ kind: 'remove', task }) as const);
      await committed(store, withWork(step(before, 'DONE'), { tasks }));
      expect(await list()).toEqual([]);
    });
  });
}

function openTasks({ tenant, id: orderId, work }: LiveOrder): OpenTask[] {
  return work.tasks.map((task) => ({ ...task, tenant, orderId }));
}
