import { describe, expect, it } from 'vitest';
import { SYSTEM_ACTOR_NUMBER } from '../../../order/command.ts';
import { type LiveOrder, NO_WORK, type Task } from '../../../order/work.ts';
import type { TaskChange, TimerChange } from '../../../ports/store.ts';
import { creation, edition, keyRecord, keysOnly, step, withKeys, withStock } from '../samples.ts';
import { committed, loaded, type StoreUnderTest } from '../subject.ts';
import { FAR_AHEAD, LONG_AGO, taskOf, timerOf, withTasks, withWork } from './samples.ts';

const WHOLE_TRAIL = { direction: 'asc', after: null, limit: 1_000 } as const;
const CLAIM = { tenant: null, names: ['label.print'], limit: 10, claimedBy: 'w-1', key: null } as const;

export function exerciseWork(subject: StoreUnderTest): void {
  /** An order with one task, given out to a worker for ten seconds. */
  async function withClaimedTask(): Promise<{ order: LiveOrder; task: Task }> {
    const { store } = subject;
    const unit = creation();
    await committed(store, withTasks(unit, taskOf(unit.order)));
    await store.claim({ ...CLAIM, leaseMs: 10_000 });
    const order = await loaded(store, unit.order);
    return { order, task: order.work.tasks[0] as Task };
  }

  describe('work of a unit', () => {
    it('is given back with its order exactly as it was written', async () => {
      const { store } = subject;
      const unit = creation();
      const busy = everything(unit.order);
      const order = await committed(store, withWork(unit, busy));
      expect(await loaded(store, order)).toEqual(order);
      expect(order.work.tasks).toHaveLength(busy.tasks.length);
      expect(order.work.timers).toHaveLength(busy.timers.length);
    });

    it('stays when the order moves and when its body changes', async () => {
      const { store } = subject;
      const unit = creation();
      const busy = await committed(store, withWork(unit, everything(unit.order)));
      const moved = await committed(store, step(busy, 'PAID', 2));
      expect(await loaded(store, moved)).toEqual({ ...moved, work: busy.work });
      const edited = await committed(store, edition(moved, 'c-2', [{ sku: 'B', qty: 1, price: '1.00' }]));
      expect(await loaded(store, edited)).toEqual({ ...edited, work: busy.work });
    });

    it('is gone when all of it has ended', async () => {
      const { store } = subject;
      const unit = creation();
      const busy = await committed(store, withWork(unit, everything(unit.order)));
      const ended = withWork(step(busy, 'DONE'), {
        tasks: busy.work.tasks.map((task) => ({ kind: 'remove', task })),
        timers: busy.work.timers.map((timer) => ({ kind: 'remove', timer })),
        effects: [],
        runs: [],
      });
      const order = await committed(store, ended);
      expect(await loaded(store, order)).toEqual({ ...order, work: NO_WORK });
    });

    it('comes in the order of version and position, and timers in that of their index', async () => {
      const { store } = subject;
      const unit = creation();
      const tasks = [
        taskOf(unit.order, { position: 10 }),
        taskOf(unit.order, { position: 2 }),
        taskOf(unit.order, { version: 12 }),
        taskOf(unit.order, { version: 2 }),
      ];
      const timers = [10, 2, 0].map((index) => timerOf(unit.order, FAR_AHEAD - index, index));
      await committed(
        store,
        withWork(unit, {
          tasks: tasks.map((task) => ({ kind: 'add', task })),
          timers: timers.map((timer) => ({ kind: 'add', timer })),
        }),
      );
      const { work } = await loaded(store, unit.order);
      expect(work.tasks.map(({ version, place }) => [version, place.position])).toEqual([
        [1, 2],
        [1, 10],
        [2, 0],
        [12, 0],
      ]);
      expect(work.timers.map(({ index }) => index)).toEqual([0, 2, 10]);
    });

    it('takes out, changes and leaves alone each row by itself', async () => {
      const { store } = subject;
      const unit = creation();
      const [first, second, third] = [0, 1, 2].map((position) => taskOf(unit.order, { position })) as [
        Task,
        Task,
        Task,
      ];
      const [one, other] = [timerOf(unit.order, FAR_AHEAD), timerOf(unit.order, FAR_AHEAD, 1)];
      const busy = await committed(
        store,
        withWork(unit, {
          tasks: [first, second, third].map((task) => ({ kind: 'add', task })),
          timers: [one, other].map((timer) => ({ kind: 'add', timer })),
        }),
      );
      const dead = { ...second, dead: true, failures: [{ attempt: 1, at: 5, error: 'paper jam 📄' }] };
      const changed = withWork(step(busy, 'PAID', 1, { blocked: true }), {
        tasks: [
          { kind: 'remove', task: first },
          { kind: 'replace', task: dead, leaseBefore: null },
        ],
        timers: [{ kind: 'remove', timer: one }],
      });
      const order = await committed(store, changed);
      expect(order.work).toEqual({ ...NO_WORK, tasks: [dead, third], timers: [other] });
      expect(await loaded(store, order)).toEqual(order);
    });

    it('may be born in the hands of who adds it', async () => {
      const { store } = subject;
      const unit = creation();
      const born = taskOf(unit.order, {
        token: 1,
        attempts: 1,
        leaseUntil: store.now() + 10_000,
        claimedBy: 'n-1',
      });
      const order = await committed(store, withTasks(unit, born));
      expect(await loaded(store, order)).toEqual(order);
      expect(await store.claim({ ...CLAIM, leaseMs: 1 })).toEqual({ kind: 'claimed', tasks: [] });
      await committed(store, withWork(step(order, 'DONE'), { tasks: [{ kind: 'remove', task: born }] }));
    });

    it('makes of a task an orphan and keeps everything else of the row as it has become', async () => {
      const { store } = subject;
      const { order, task } = await withClaimedTask();
      const failure = { attempt: 1, at: 7, error: 'no paper' };
      const key = { tenant: 1, orderId: order.id, id: task.id, token: task.token };
      expect(
        await store.updateTasks([{ ...key, kind: 'retry', dueAt: FAR_AHEAD, failure, uncertain: true }]),
      ).toEqual([true]);
      await committed(store, withWork(step(order, 'PAID'), { tasks: [{ kind: 'orphan', task }] }));
      const { work } = await loaded(store, order);
      expect(work.tasks).toEqual([
        { ...task, orphan: true, leaseUntil: null, dueAt: FAR_AHEAD, failures: [failure], uncertain: true },
      ]);
    });

    it('conflicts where a token is another, and nothing of the unit is written', async () => {
      const { store } = subject;
      const { order, task } = await withClaimedTask();
      await store.changeStock({
        tenant: 1,
        sku: 'A-1',
        kind: 'set',
        value: 5,
        reason: null,
        actor: 1,
        commandId: 'c-1',
        key: null,
      });
      const timer = timerOf(order, FAR_AHEAD);
      const fresh = taskOf(order, { position: 9 });
      for (const token of [task.token - 1, task.token + 1]) {
        for (const kind of ['remove', 'orphan', 'replace'] as const) {
          const wrong = { ...task, token, dead: kind === 'replace' };
          const moved = withWork(step(order, 'PAID'), {
            tasks: [
              { kind: 'add', task: fresh },
              kind === 'replace'
                ? { kind, task: wrong, leaseBefore: task.leaseUntil }
                : { kind, task: wrong },
            ],
            timers: [{ kind: 'add', timer }],
            effects: [{ ...task.place, id: task.id, data: {} }],
          });
          const key = keyRecord(moved);
          const movement = { kind: 'reserve', sku: 'A-1', qty: 1, effectKey: task.id } as const;
          const other = creation();
          expect(
            await store.commit([withStock(withKeys(moved, key), movement), other]),
            `${kind} ${token}`,
          ).toEqual([{ kind: 'conflict', current: order }, { kind: 'committed' }]);
          expect(await loaded(store, order)).toEqual(order);
          expect(await store.trail({ ...WHOLE_TRAIL, tenant: 1, orderId: order.id })).toHaveLength(1);
          expect(await store.commit([keysOnly(order, [], [key.hash])])).toEqual([{ kind: 'committed' }]);
          expect(await store.movements({ tenant: 1, sku: 'A-1', before: null, limit: 10 })).toHaveLength(1);
          expect(await store.loadStock([{ tenant: 1, sku: 'A-1' }])).toMatchObject([{ reserved: 0 }]);
        }
      }
    });

    it('conflicts where a row is missing, or is there already', async () => {
      const { store } = subject;
      const unit = creation();
      const [known, missing] = [taskOf(unit.order), taskOf(unit.order, { position: 1 })];
      const [set, unset] = [timerOf(unit.order, FAR_AHEAD), timerOf(unit.order, FAR_AHEAD, 1)];
      const order = await committed(
        store,
        withWork(unit, {
          tasks: [{ kind: 'add', task: known }],
          timers: [{ kind: 'add', timer: set }],
        }),
      );
      const tasks: TaskChange[] = [
        { kind: 'add', task: known },
        { kind: 'remove', task: missing },
        { kind: 'orphan', task: missing },
        { kind: 'replace', task: missing, leaseBefore: null },
      ];
      const timers: TimerChange[] = [
        { kind: 'add', timer: { ...set, dueAt: LONG_AGO } },
        { kind: 'remove', timer: unset },
        { kind: 'remove', timer: { ...set, enteredVersion: 7 } },
      ];
      for (const changes of [
        ...tasks.map((one) => ({ tasks: [one] })),
        ...timers.map((one) => ({ timers: [one] })),
      ]) {
        expect(await store.commit([withWork(step(order, 'PAID'), changes)]), JSON.stringify(changes)).toEqual(
          [{ kind: 'conflict', current: order }],
        );
        expect(await loaded(store, order)).toEqual(order);
      }
    });

    it('of another order, or another tenant, is nothing that a unit can change', async () => {
      const { store } = subject;
      const [unit, foreign] = [creation(), creation({ tenant: 2 })];
      const task = taskOf(unit.order);
      await committed(store, withTasks(unit, task));
      await committed(store, foreign);
      const stranger = withWork(step(foreign.order, 'PAID'), { tasks: [{ kind: 'remove', task }] });
      expect(await store.commit([stranger])).toEqual([{ kind: 'conflict', current: foreign.order }]);
      expect((await loaded(store, unit.order)).work.tasks).toEqual([task]);
    });

    it('is judged after keys and version, before the external id, and that before stock', async () => {
      const { store } = subject;
      const first = creation({ externalId: 'x' });
      const key = keyRecord(first);
      await committed(store, withKeys(first, key));
      const second = creation({ externalId: 'x' });
      const nothing = taskOf(second.order);
      const short = withStock(second, { kind: 'enough', sku: 'A-1', qty: 1 });
      const wrong = withWork(short, { tasks: [{ kind: 'remove', task: nothing }] });
      expect(await store.commit([withKeys(wrong, key)])).toEqual([{ kind: 'key-taken', taken: [key] }]);
      expect(await store.commit([wrong])).toEqual([{ kind: 'conflict', current: undefined }]);
      expect(await store.commit([short])).toEqual([{ kind: 'external-id-taken', orderId: first.orderId }]);
      const stale = withStock(
        withWork(step(first.order, 'PAID'), { tasks: [{ kind: 'remove', task: taskOf(first.order) }] }),
        { kind: 'enough', sku: 'A-1', qty: 1 },
      );
      expect(await store.commit([stale])).toEqual([{ kind: 'conflict', current: first.order }]);
    });

    it('of a stale version is answered with what is under way now', async () => {
      const { store } = subject;
      const unit = creation();
      await committed(store, unit);
      const moved = await committed(store, withWork(step(unit.order, 'PAID'), everything(unit.order)));
      expect(await store.commit([step(unit.order, 'DONE')])).toEqual([{ kind: 'conflict', current: moved }]);
    });

    it('is recorded as that of the system, which has no number of its own', async () => {
      const { store } = subject;
      const unit = creation();
      await committed(store, unit);
      await committed(store, step(unit.order, 'PAID', 1, { actor: SYSTEM_ACTOR_NUMBER }));
      const actors = [
        { kind: 'program', name: 'tester' },
        { kind: 'system', name: 'system' },
      ];
      const trail = await store.trail({ ...WHOLE_TRAIL, tenant: 1, orderId: unit.orderId });
      expect(trail.map(({ actor }) => actor)).toEqual(actors);
      const feed = await store.feed({ tenant: 1, after: 0, limit: 10 });
      expect(feed.events.map(({ actor }) => actor)).toEqual(actors);
    });

    it('is all there when the store is opened again, leases included', async ({ skip }) => {
      if (subject.reopen === null) return skip('this store keeps nothing');
      const unit = creation();
      const busy = await committed(subject.store, withWork(unit, everything(unit.order)));
      const { order } = await withClaimedTask();
      await subject.reopen();
      expect(await loaded(subject.store, busy)).toEqual(busy);
      expect(await loaded(subject.store, order)).toEqual(order);
    });
  });
}

/** One of each: work of every kind and in every condition, none of it to be given out. */
function everything(order: LiveOrder): Required<Parameters<typeof withWork>[1]> {
  const place = { state: 'OPEN', event: 'check', branch: 1, position: 3 };
  const failures = [1, 2].map((attempt) => ({ attempt, at: LONG_AGO + attempt, error: `“${attempt}” 💥\n` }));
  const tasks: Task[] = [
    taskOf(order, { dueAt: FAR_AHEAD, deadline: FAR_AHEAD }),
    taskOf(order, { position: 1, dead: true, attempts: 12, token: 14, failures, claimedBy: 'w-ü' }),
    taskOf(order, { position: 2, orphan: true, uncertain: true, token: 3, leaseUntil: FAR_AHEAD }),
    taskOf(order, { position: 3, parked: true, token: 1, attempts: 1, leaseUntil: FAR_AHEAD }),
    taskOf(order, { position: 4, kind: 'message', queue: 'e-mail', name: 'queue:e-mail', dueAt: FAR_AHEAD }),
    taskOf(order, { position: 5, kind: 'undo', name: 'label.void', input: {}, dueAt: FAR_AHEAD }),
  ];
  const timers = [timerOf(order, FAR_AHEAD), timerOf(order, LONG_AGO, 1)];
  return {
    tasks: tasks.map((task) => ({ kind: 'add', task })),
    timers: timers.map((timer) => ({ kind: 'add', timer })),
    effects: [0, 1].map((position) => ({
      ...place,
      position,
      id: `${order.id}:1:${position}`,
      data: { receipt: '№ 5', nested: { amounts: [1, 2.5, null] } },
    })),
    runs: [
      { state: 'OPEN', event: 'check', branch: 1, version: 2, failure: null },
      { state: 'OPEN', event: null, branch: 0, version: 1, failure: 'card “declined”' },
    ],
  };
}
