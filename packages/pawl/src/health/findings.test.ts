import { describe, expect, it } from 'vitest';
import type { Actor } from '../order/command.ts';
import type { LiveOrder } from '../order/work.ts';
import { createPawl, type Pawl } from '../pawl.ts';
import type { ExamineQuery, Store } from '../ports/store.ts';
import { systemDigest } from '../ports/system.ts';
import { step } from '../storage/contract/samples.ts';
import { withWork } from '../storage/contract/work/samples.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { altered, ITEMS, orderOf } from '../testing/trial.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { defineWorkflow } from '../workflow/definition.ts';
import { HEALTH_TEXTS, type HealthFinding } from './finding.ts';
import { examineStore } from './findings.ts';

const START_AT = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const parcel = defineWorkflow({
  name: 'parcel',
  initial: 'NEW',
  tasks: { 'label.print': {}, 'label.check': {} },
  states: {
    NEW: { on: { print: 'PRINTING', sort: 'SORTING', pay: 'PAYING', hold: 'HELD' } },
    PRINTING: {
      run: { task: 'label.print', timeout: { total: '10m' }, retry: { attempts: 2, backoff: '1h' } },
      done: 'DONE',
      on: { leave: 'NEW' },
    },
    SORTING: { run: { task: 'label.check' }, done: 'DONE' },
    PAYING: { run: { task: 'payment.charge', undo: 'payment.refund' }, done: 'DONE', failed: 'DONE' },
    HELD: { after: { '5m': 'DONE' } },
    DONE: { final: true },
  },
});

/** An engine that carries out nothing itself, on a clock that is advanced by hand, and a worker. */
interface Shop {
  readonly pawl: Pawl;
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly worker: Actor;
  /** A new order, and the events that are sent to it. */
  order(...events: string[]): Promise<LiveOrder>;
  claim(leaseMs?: number): Promise<{ readonly taskId: string; readonly token: number }>;
  findings(store?: Store): Promise<readonly HealthFinding[]>;
}

async function shop(): Promise<Shop> {
  const clock = new VirtualClock(START_AT);
  const store = createMemoryStore({ clock });
  const pawl = await createPawl({ store, workflows: [parcel], clock, taskSlots: 0 });
  const worker = await pawl.actor(await pawl.tenant('default'), 'program', 'worker', ['worker']);
  return {
    pawl,
    store,
    clock,
    worker,
    async order(...events) {
      const { id, tenant } = orderOf(await pawl.create({ workflow: 'parcel', items: ITEMS }));
      for (const event of events) orderOf(await pawl.fire(id, event));
      return (await pawl.get(tenant, id)) as LiveOrder;
    },
    async claim(leaseMs = 30_000) {
      const names = ['label.print', 'label.check'];
      const claimed = await pawl.tasks.claim({ actor: worker, names, limit: 1, leaseMs });
      if (!claimed.ok || claimed.tasks[0] === undefined) throw new Error('there is nothing to claim');
      const { id, token } = claimed.tasks[0].task;
      return { taskId: id, token };
    },
    findings: (examined = store) => examineStore(examined, systemDigest),
  };
}

/** The commit of nobody: an order whose task is gone. */
async function withoutTasks({ store }: Shop, order: LiveOrder, to = order.status): Promise<void> {
  const tasks = order.work.tasks.map((task) => ({ kind: 'remove', task }) as const);
  const unit = withWork(step(order, to, 1, { open: true }), { tasks, runs: [] });
  expect(await store.commit([unit])).toEqual([{ kind: 'committed' }]);
}

const example = ({ tenant, id }: LiveOrder) => ({ tenant, id });
const taskExample = ({ tenant, work }: LiveOrder) => ({ tenant, id: work.tasks[0]?.id });

describe('a healthy store', () => {
  it('has no finding: what clients, services, timers and the next attempt are waited for', async () => {
    const on = await shop();
    await on.order();
    await on.order('hold');
    const printing = await on.order('print');
    await on.order('sort');
    const { taskId, token } = await on.claim();
    await on.pawl.tasks.giveBack({ actor: on.worker, taskId, token, reason: 'busy', afterMs: 5 * MINUTE });
    await on.claim(5 * MINUTE);
    const { settled } = orderOf(await on.pawl.fire((await on.order('print')).id, 'leave'));
    expect([settled, printing.work.tasks.length]).toEqual([false, 1]);
    await on.clock.advance(4 * MINUTE);
    expect(await on.findings()).toEqual([]);
  });

  it('has tasks and timers that are due for less than a minute', async () => {
    const on = await shop();
    await on.order('sort');
    await on.clock.advance(MINUTE - 1);
    expect(await on.findings()).toEqual([]);
    await on.clock.advance(1);
    expect(await on.findings()).toMatchObject([{ code: 'tasks-untaken' }]);
  });
});

describe('the findings of late work', () => {
  it('tell which worker is missing', async () => {
    const on = await shop();
    const order = await on.order('sort');
    await on.clock.advance(2 * MINUTE);
    await on.order('sort');
    expect(await on.findings()).toEqual([
      {
        code: 'tasks-untaken',
        task: 'label.check',
        count: 1,
        isMore: false,
        examples: [taskExample(order)],
        oldestAt: START_AT,
        meaning: HEALTH_TEXTS['tasks-untaken'].meaning,
        advice:
          'Start what carries out `label.check`: a worker, which claims it with `POST /tasks/claim`, or your program.',
      },
    ]);
  });

  it('do not send for a worker where only a server may carry a task out', async () => {
    const on = await shop();
    await on.order('pay');
    await on.clock.advance(2 * MINUTE);
    const [finding, ...others] = await on.findings();
    expect([finding?.task, others]).toEqual(['payment.charge', []]);
    expect(finding?.advice).toMatch(
      /^Servers carry out `payment.charge` themselves: start one with `TASK_SLOTS`/,
    );
  });

  it('tell a task past its lease', async () => {
    const on = await shop();
    const order = await on.order('sort');
    await on.claim(30_000);
    await on.clock.advance(30_000 + MINUTE);
    expect(await on.findings()).toMatchObject([
      {
        code: 'tasks-past-lease',
        task: 'label.check',
        count: 1,
        examples: [taskExample(order)],
        oldestAt: START_AT + 30_000,
        advice: expect.stringContaining('`label.check`'),
      },
    ]);
  });

  it('tell a task past its deadline', async () => {
    const on = await shop();
    const order = await on.order('print');
    await on.clock.advance(11 * MINUTE);
    expect(await on.findings()).toMatchObject([
      { code: 'tasks-past-deadline', task: null, count: 1, examples: [taskExample(order)] },
    ]);
  });

  it('tell an orphan past its lease', async () => {
    const on = await shop();
    const order = await on.order('print');
    await on.claim(30_000);
    orderOf(await on.pawl.fire(order.id, 'leave'));
    await on.clock.advance(30_000 + MINUTE);
    expect(await on.findings()).toMatchObject([
      { code: 'orphans-past-lease', count: 1, oldestAt: START_AT + 30_000, examples: [taskExample(order)] },
    ]);
  });

  it('say where counting has ended', async () => {
    const on = await shop();
    const examine: Store['examine'] = async (query) => ({
      ...(await on.store.examine(query)),
      timers: { count: query.countMax, oldestAt: 1, examples: [{ tenant: 1, orderId: 'ord_1' }] },
    });
    expect(await on.findings(altered(on.store, { examine }))).toMatchObject([
      { code: 'timers-past-due', count: 10_000, isMore: true, examples: [{ tenant: 1, id: 'ord_1' }] },
    ]);
  });

  it('tell a timer that nobody fires', async () => {
    const on = await shop();
    const order = await on.order('hold');
    await on.clock.advance(6 * MINUTE);
    expect(await on.findings()).toMatchObject([
      { code: 'timers-past-due', count: 1, oldestAt: START_AT + 5 * MINUTE, examples: [example(order)] },
    ]);
  });

  it('tell an order that is blocked by a dead task, with the calls that free it', async () => {
    const on = await shop();
    const order = await on.order('sort');
    const { taskId, token } = await on.claim();
    const command = { kind: 'end-task', taskId, token, outcome: { kind: 'failed', reason: 'torn' } } as const;
    const { tenant } = order;
    orderOf(await on.pawl.submit({ tenant, orderId: order.id, actor: on.worker, command }));
    const [finding, ...others] = await on.findings();
    expect(finding).toMatchObject({ code: 'orders-blocked', count: 1, examples: [example(order)] });
    expect(finding?.advice).toContain('`POST /tasks/{id}/retry`');
    expect(others).toEqual([]);
    orderOf(
      await on.pawl.submit({
        tenant,
        orderId: order.id,
        actor: await on.pawl.actor(tenant, 'program', 'operator', ['operator']),
        command: { kind: 'retry-task', taskId },
      }),
    );
    expect(await on.findings()).toEqual([]);
  });
});

describe('the findings of orders that stand still', () => {
  it('tell an order whose task is gone', async () => {
    const on = await shop();
    const order = await on.order('sort');
    await withoutTasks(on, order);
    expect(await on.findings()).toMatchObject([
      { code: 'orders-without-progress', count: 1, isMore: false, examples: [example(order)] },
    ]);
  });

  it('tell an order in a final state that is not settled', async () => {
    const on = await shop();
    const order = await on.order('sort');
    await withoutTasks(on, order, 'DONE');
    expect(await on.findings()).toMatchObject([
      { code: 'orders-unsettled', count: 1, examples: [example(order)] },
    ]);
  });

  it('tell an order whose definition does not say any more what it said, whatever is under way for it', async () => {
    const on = await shop();
    const [one, other] = [await on.order(), await on.order('sort')];
    const changed = async () =>
      (await on.store.definitions(0)).map((definition) => ({
        ...definition,
        content: definition.content.replace('"5m"', '"6m"'),
      }));
    const findings = await on.findings(altered(on.store, { definitions: changed }));
    expect(findings).toMatchObject([{ code: 'orders-without-rules', count: 2 }]);
    expect(findings[0]?.examples).toEqual(expect.arrayContaining([one, other].map(example)));
  });

  it('are not looked for in states in which a client may send an event', async () => {
    const on = await shop();
    const queries: ExamineQuery[] = [];
    const examine: Store['examine'] = (query) => {
      queries.push(query);
      return on.store.examine(query);
    };
    await on.findings(altered(on.store, { examine }));
    const workflowHash = (await on.store.definitions(0))[0]?.hash;
    expect(queries.map(({ rules }) => rules)).toEqual([[{ workflowHash, attended: ['NEW', 'PRINTING'] }]]);
  });

  it('count all of them, over many windows, show a few, and the age of the oldest', async () => {
    const on = await shop();
    const first = await on.order('sort');
    await on.clock.advance(5_000);
    await withoutTasks(on, first);
    for (let count = 1; count < 250; count++) await withoutTasks(on, await on.order('sort'));
    const [finding, ...others] = await on.findings();
    expect(finding).toMatchObject({ code: 'orders-without-progress', count: 250, isMore: false });
    expect([finding?.examples.length, others]).toEqual([3, []]);
    // A moment after its task was added: the sample moves it on by one millisecond.
    expect(finding?.oldestAt).toBe(START_AT + 1);
  });

  it('are confirmed by a fresh look: an order that moves between two reads is not told', async () => {
    const on = await shop();
    const [working, ended] = [await on.order('sort'), await on.order('sort')];
    const { taskId, token } = await on.claim();
    await on.claim();
    const keys = [working, ended].map(({ tenant, id }) => ({ tenant, orderId: id }));
    const examine: Store['examine'] = async (query) => {
      const seen = await on.store.examine(query);
      const command = { kind: 'end-task', taskId, token, outcome: { kind: 'done', data: {} } } as const;
      await on.pawl.submit({ tenant: 1, actor: on.worker, orderId: taskId.split(':')[0], command });
      return { ...seen, idle: keys };
    };
    expect(await on.findings(altered(on.store, { examine }))).toEqual([]);
    expect((await on.pawl.get(1, taskId.split(':')[0] as string))?.settled).toBe(true);
  });

  it('are told of the orders that can be read, where one cannot', async () => {
    const on = await shop();
    const [broken, whole] = [await on.order('sort'), await on.order('sort')];
    for (const order of [broken, whole]) await withoutTasks(on, order);
    const load: Store['load'] = (keys) =>
      keys.some(({ orderId }) => orderId === broken.id)
        ? Promise.reject(new Error('its lines are no JSON'))
        : on.store.load(keys);
    expect(await on.findings(altered(on.store, { load }))).toMatchObject([
      { code: 'orders-without-progress', count: 1, examples: [example(whole)] },
    ]);
  });

  it('know a definition that was deployed while they were looked for', async () => {
    const on = await shop();
    const examine: Store['examine'] = async (query) => {
      const { id } = orderOf(
        await on.pawl.create({ workflow: query.after === null ? 'late' : 'parcel', items: ITEMS }),
      );
      return { ...(await on.store.examine(query)), idle: [{ tenant: 1, orderId: id }] };
    };
    let reads = 0;
    const definitions = async () => {
      const known = await on.store.definitions(0);
      if (reads++ === 0) await on.pawl.workflows.deploy(0, { ...parcel, name: 'late' });
      return known;
    };
    expect(await on.findings(altered(on.store, { examine, definitions }))).toEqual([]);
    expect(reads).toBe(2);
  });
});

describe('the findings of what is written behind the commits', () => {
  it('tell how far the feed and a projection are behind, once that is far', async () => {
    const on = await shop();
    const now = on.store.now();
    const behind = (feedMs: number, events: number): Store =>
      altered(on.store, {
        examine: async (query) => ({
          ...(await on.store.examine(query)),
          feed: { events: 7, oldestAt: now - feedMs },
          projections: [{ name: 'orders_by_place', events, oldestAt: now - 5 }],
        }),
      });
    expect(await on.findings(behind(9_999, 19_999))).toEqual([]);
    expect(await on.findings(behind(10_000, 20_000))).toMatchObject([
      { code: 'feed-behind', count: 7, oldestAt: now - 10_000, examples: [] },
      { code: 'projection-behind', count: 20_000, oldestAt: now - 5, examples: [] },
    ]);
  });
});
