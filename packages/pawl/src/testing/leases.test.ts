import { describe, expect, it, onTestFinished } from 'vitest';
import type { Actor, EndTaskCommand } from '../order/command.ts';
import { createPawl } from '../pawl.ts';
import { type Store, StoreUnavailableError } from '../ports/store.ts';
import { done } from '../ports/task-handler.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { defineWorkflow } from '../workflow/definition.ts';
import { oneOf } from './samples.ts';
import { createTestPawl, type TestPawl } from './test-pawl.ts';
import { altered } from './trial.ts';
import { VirtualClock } from './virtual-clock.ts';

const LABEL = defineWorkflow({
  name: 'label',
  initial: 'PACKED',
  tasks: { 'label.print': { undo: 'label.void' }, 'label.void': {} },
  states: {
    PACKED: {
      run: { task: 'label.print', timeout: '10m', retry: { attempts: 2 } },
      done: 'LABELLED',
      failed: 'UNLABELLED',
      on: { cancel: 'UNLABELLED', hurry: 'HURRIED' },
    },
    HURRIED: {
      run: { task: 'label.print', timeout: { attempt: '10m', total: '1m' } },
      done: 'LABELLED',
      failed: 'UNLABELLED',
    },
    LABELLED: { final: true },
    UNLABELLED: { final: true, compensate: true },
  },
});

const LEASE_MS = 10_000;

/** Labels are printed by workers that claim them. */
async function workshop(): Promise<{ t: TestPawl; worker: Actor }> {
  const t = await createTestPawl({ workflows: [LABEL], outside: ['label.print'] });
  onTestFinished(() => t.close());
  return { t, worker: await t.actor('worker', []) };
}

async function claim(t: TestPawl, actor: Actor, leaseMs = LEASE_MS) {
  const claimed = await t.pawl.tasks.claim({ actor, names: ['label.print'], limit: 9, leaseMs });
  if (!claimed.ok) throw new Error(claimed.rejection.code);
  await t.settle();
  return claimed.tasks.map(({ task }) => ({ id: task.id, token: task.token, attempts: task.attempts }));
}

const printed = (taskId: string, token: number, sheet: number): EndTaskCommand => ({
  kind: 'end-task',
  taskId,
  token,
  outcome: { kind: 'done', data: { sheet } },
});

describe('a claimed task', () => {
  it('belongs to its worker until the lease ends, and to the next one then', async () => {
    const { t, worker } = await workshop();
    const { id } = await t.create(oneOf('label'));
    const task = `${id}:1:0`;
    expect(await claim(t, worker)).toEqual([{ id: task, token: 1, attempts: 1 }]);
    await t.advance(LEASE_MS - 1);
    expect(await claim(t, worker)).toEqual([]);
    await t.advance(1);
    expect(await claim(t, worker)).toEqual([{ id: task, token: 2, attempts: 2 }]);
    await expect(t.submit(id, printed(task, 1, 1), worker)).rejects.toMatchObject({
      rejection: { code: 'lease-lost' },
    });
    expect((await t.submit(id, printed(task, 2, 2), worker)).status).toBe('LABELLED');
    expect((await t.trail(id)).at(-1)?.payload?.work).toMatchObject({ token: 2, result: { sheet: 2 } });
  });

  it('can still be ended after its lease, as long as nobody else has claimed it', async () => {
    const { t, worker } = await workshop();
    const { id } = await t.create(oneOf('label'));
    await claim(t, worker);
    await t.advance('1h');
    expect((await t.submit(id, printed(`${id}:1:0`, 1, 1), worker)).status).toBe('LABELLED');
  });

  it('is kept by heartbeats, from now on each', async () => {
    const { t, worker } = await workshop();
    const { id } = await t.create(oneOf('label'));
    await claim(t, worker);
    for (let n = 0; n < 10; n++) {
      await t.advance('9s');
      const held = await t.pawl.tasks.heartbeat(worker.tenant, `${id}:1:0`, 1, LEASE_MS);
      expect(held).toEqual({ ok: true, leaseUntil: t.clock.now() + LEASE_MS });
      expect(await claim(t, worker)).toEqual([]);
    }
    await t.advance(LEASE_MS);
    expect(await claim(t, worker)).toHaveLength(1);
  });

  it('is kept by no heartbeat beyond the time for all its attempts', async () => {
    const { t, worker } = await workshop();
    const { id, createdAt } = await t.create(oneOf('label'));
    await t.fire(id, 'hurry');
    await claim(t, worker);
    const held = await t.pawl.tasks.heartbeat(worker.tenant, `${id}:2:0`, 1, 600_000);
    expect(held).toEqual({ ok: true, leaseUntil: createdAt + 60_000 });
  });

  it('keeps the lease that it was claimed with, also where that outlasts the time for all its attempts', async () => {
    const { t, worker } = await workshop();
    const { id } = await t.create(oneOf('label'));
    await t.fire(id, 'hurry');
    const claimedAt = t.clock.now();
    await claim(t, worker, 600_000);
    const held = { ok: true, leaseUntil: claimedAt + 600_000 };
    const beat = () => t.pawl.tasks.heartbeat(worker.tenant, `${id}:2:0`, 1, LEASE_MS);
    expect(await beat()).toEqual(held);
    await t.advance('2m');
    expect(await beat()).toEqual(held);
    expect((await t.order(id)).work.tasks[0]).toMatchObject({ token: 1, leaseUntil: held.leaseUntil });
    expect((await t.submit(id, printed(`${id}:2:0`, 1, 1), worker)).status).toBe('LABELLED');
  });

  it('keeps the longer lease of two heartbeats at once, and both say so', async () => {
    const { t, worker } = await workshop();
    const { id } = await t.create(oneOf('label'));
    await claim(t, worker);
    const beat = (leaseMs: number) => t.pawl.tasks.heartbeat(worker.tenant, `${id}:1:0`, 1, leaseMs);
    const held = { ok: true, leaseUntil: t.clock.now() + 600_000 };
    expect(await Promise.all([beat(600_000), beat(30_000)])).toEqual([held, held]);
    expect((await t.order(id)).work.tasks[0]?.leaseUntil).toBe(held.leaseUntil);
  });

  it('is ended and undone when its workers vanish at every attempt', async () => {
    const { t, worker } = await workshop();
    const { id } = await t.create(oneOf('label'));
    for (let n = 0; n < 2; n++) {
      expect(await claim(t, worker)).toHaveLength(1);
      await t.advance(LEASE_MS);
    }
    expect(await claim(t, worker)).toEqual([]);
    expect((await t.story(id)).slice(1)).toEqual([
      'work_ended label.print failed → UNLABELLED',
      'compensated label.void',
    ]);
    expect((await t.order(id)).settled).toBe(true);
  });

  it('of a state that was left is undone when its lease ends, whatever became of it', async () => {
    const { t, worker } = await workshop();
    const { id } = await t.create(oneOf('label'));
    await claim(t, worker);
    expect(await t.fire(id, 'cancel')).toMatchObject({ status: 'UNLABELLED', settled: false });
    await t.advance(LEASE_MS - 1);
    expect(t.tasks.calls('label.void')).toEqual([]);
    await t.advance('1s');
    expect(t.tasks.calls('label.void')).toHaveLength(1);
    expect((await t.order(id)).settled).toBe(true);
  });

  it('that nobody claims in the time for all its attempts has failed, and nothing is undone', async () => {
    const { t, worker } = await workshop();
    const { id } = await t.create(oneOf('label'));
    await t.fire(id, 'hurry');
    await t.advance(59_999);
    expect((await t.order(id)).status).toBe('HURRIED');
    await t.advance(1);
    expect(await t.order(id)).toMatchObject({ status: 'UNLABELLED', settled: true });
    expect([await claim(t, worker), t.tasks.calls()]).toEqual([[], []]);
  });

  it('is waited for until its lease ends where the time for all attempts ends before, then undone', async () => {
    const { t, worker } = await workshop();
    const { id } = await t.create(oneOf('label'));
    await t.fire(id, 'hurry');
    await t.advance('55s');
    expect(await claim(t, worker)).toHaveLength(1);
    await t.advance(LEASE_MS - 1);
    expect((await t.order(id)).status).toBe('HURRIED');
    await t.advance('1s');
    expect(await t.order(id)).toMatchObject({ status: 'UNLABELLED', settled: true });
    expect(t.tasks.calls('label.void')).toHaveLength(1);
  });

  it('answers the same end again, also to a worker that has lost the first answer', async () => {
    const { t, worker } = await workshop();
    const { id } = await t.create(oneOf('label'));
    await claim(t, worker);
    await t.submit(id, printed(`${id}:1:0`, 1, 1), worker);
    const { version } = await t.order(id);
    expect(await t.submit(id, printed(`${id}:1:0`, 1, 1), worker)).toMatchObject({
      status: 'LABELLED',
      version,
    });
  });

  it('cannot be resolved by hand while its worker holds it', async () => {
    const { t, worker } = await workshop();
    const { id } = await t.create(oneOf('label'));
    await claim(t, worker);
    const command = {
      kind: 'resolve-task',
      taskId: `${id}:1:0`,
      outcome: 'failed',
      reason: 'stuck',
    } as const;
    await expect(t.submit(id, command)).rejects.toMatchObject({ rejection: { code: 'task-running' } });
    await t.advance(LEASE_MS);
    expect(await t.submit(id, command)).toMatchObject({ status: 'UNLABELLED', settled: true });
  });
});

type SlowCall = 'claim' | 'commit' | 'updateTasks';

describe('a task that the engine carries out itself', () => {
  async function long(): Promise<TestPawl> {
    const t = await createTestPawl({
      workflows: [LABEL],
      tasks: {
        'label.print': async (_task, { sleep }) => {
          await sleep(300_000);
          return done();
        },
      },
    });
    onTestFinished(() => t.close());
    return t;
  }

  it('is held for as long as it runs', async () => {
    const t = await long();
    const { id } = await t.create(oneOf('label'));
    for (let n = 0; n < 29; n++) {
      await t.advance('10s');
      expect((await t.order(id)).work.tasks[0]?.leaseUntil).toBeGreaterThan(t.clock.now() + 15_000);
    }
    await t.advance('10s');
    expect((await t.order(id)).status).toBe('LABELLED');
    expect(t.tasks.calls('label.print')).toHaveLength(1);
  });

  it('cannot be resolved by hand while it runs', async () => {
    const t = await long();
    const { id } = await t.create(oneOf('label'));
    await t.advance('20s');
    const command = {
      kind: 'resolve-task',
      taskId: `${id}:1:0`,
      outcome: 'failed',
      reason: 'stuck',
    } as const;
    await expect(t.submit(id, command)).rejects.toMatchObject({ rejection: { code: 'task-running' } });
  });

  it('cannot be resolved by hand either when it has run for longer than its first lease', async () => {
    const t = await long();
    const { id } = await t.create(oneOf('label'));
    await t.advance('1m');
    expect((await t.waiting(id))[0]).toMatchObject({ status: 'running' });
    const command = {
      kind: 'resolve-task',
      taskId: `${id}:1:0`,
      outcome: 'failed',
      reason: 'stuck',
    } as const;
    await expect(t.submit(id, command)).rejects.toMatchObject({ rejection: { code: 'task-running' } });
  });

  /** Nodes on one store, each perhaps with calls of its own, that tell who prints. */
  function printShop(printMs = 20_000) {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1));
    const memory = createMemoryStore({ clock });
    const shared = altered(memory, { capabilities: { ...memory.capabilities, exclusiveWriter: false } });
    const printers: string[] = [];
    const node = (name: string, changes: Partial<Store> = {}, taskSlots = 8) =>
      createPawl({
        store: altered(shared, changes),
        clock,
        workflows: [LABEL],
        taskSlots,
        tasks: {
          'label.print': async (_task, { sleep }) => {
            printers.push(name);
            await sleep(printMs);
            return done({ by: name });
          },
        },
      });
    /** One claim, the first, or none; the answer to one call comes late. */
    const late = (call: SlowCall, ms: number): Partial<Store> => {
      let claims = call === 'claim' ? 1 : 0;
      const answered =
        <A, B>(ask: (asked: A) => Promise<B>) =>
        async (asked: A): Promise<B> => {
          const answer = await ask(asked);
          await clock.sleep(ms);
          return answer;
        };
      const slow = { ...memory, [call]: answered(memory[call] as (asked: unknown) => Promise<unknown>) };
      const none = { kind: 'claimed', tasks: [] } as const;
      const claim: Store['claim'] = (query) => (claims-- > 0 ? slow.claim(query) : Promise.resolve(none));
      return { claim, ...(call === 'claim' ? {} : { [call]: slow[call] }) };
    };
    /** Whose store answers late, with an order whose label it is to print, and another that looks for work a second later. */
    const both = async (call: SlowCall, ms: number) => {
      const slow = await node('slow', late(call, ms));
      const creator = call === 'claim' ? await node('creator', {}, 0) : slow;
      const creating = creator.create(oneOf('label'));
      await clock.advance('1s');
      await node('other');
      return creating;
    };
    return { clock, printers, both };
  }

  it.each(['claim', 'commit'] as const)(
    'is extended in time where most of its lease is over when the %s is answered',
    async (call) => {
      const { clock, printers, both } = printShop();
      void both(call, 25_000);
      await clock.advance('44s');
      expect(printers).toEqual(['slow']);
    },
  );

  it.each(['claim', 'commit'] as const)(
    'is not begun where its lease is over when the %s is answered',
    async (call) => {
      const { clock, printers, both } = printShop();
      void both(call, 31_000);
      await clock.advance('44s');
      expect(printers).toEqual(['other']);
    },
  );

  it('is extended in time where an extension is answered when most of it is over', async () => {
    const { clock, printers, both } = printShop(45_000);
    void both('updateTasks', 25_000);
    await clock.advance('44s');
    expect(printers).toEqual(['slow']);
  });

  it('is taken over from a node that cannot extend its lease, whose result is refused', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1));
    const memory = createMemoryStore({ clock });
    const shared = altered(memory, { capabilities: { ...memory.capabilities, exclusiveWriter: false } });
    const away = () => Promise.reject(new StoreUnavailableError('away'));
    const printers: string[] = [];
    const node = (name: string, ms: number, store = shared) =>
      createPawl({
        store,
        clock,
        workflows: [LABEL],
        tasks: {
          'label.print': async (_task, { sleep }) => {
            printers.push(name);
            await sleep(ms);
            return done({ by: name });
          },
        },
      });
    const lost = await node(
      'lost',
      40_000,
      altered(shared, { updateTasks: away, claim: away, peekWork: away }),
    );
    const created = await lost.create(oneOf('label'));
    const id = created.ok ? created.order.id : '';
    const other = await node('other', 20_000);
    await clock.advance('29s');
    expect(printers).toEqual(['lost']);
    await clock.advance('2s');
    expect(printers).toEqual(['lost', 'other']);
    await clock.advance('10s');
    expect((await lost.get(1, id))?.status).toBe('PACKED');
    await clock.advance('10s');
    expect((await lost.get(1, id))?.status).toBe('LABELLED');
    const trail = await other.trail({ tenant: 1, orderId: id, direction: 'asc', after: null, limit: 9 });
    expect(trail.map(({ payload }) => payload?.work?.result)).toEqual([undefined, { by: 'other' }]);
  });
});
