import { expect, it } from 'vitest';
import type { EndTaskCommand } from '../order/command.ts';
import { createPawl } from '../pawl.ts';
import type { Observation } from '../ports/observe.ts';
import { done, failed, retryLater, type TaskHandler } from '../ports/task-handler.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { orderOf } from '../testing/trial.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';

const ITEMS = [{ sku: 'A', qty: 1, price: '1' }];
const PRINTED = {
  name: 'printed',
  initial: 'NEW',
  tasks: { 'label.print': {} },
  states: {
    NEW: { run: { task: 'label.print', retry: { backoff: '1ms' } }, done: 'GOOD', failed: 'BAD' },
    GOOD: { final: true },
    BAD: { final: true },
  },
};

async function printing(handler: TaskHandler, slots: number) {
  const told: Observation[] = [];
  const pawl = await createPawl({
    store: createMemoryStore(),
    workflows: [PRINTED],
    tasks: { 'label.print': handler },
    taskSlots: slots,
    observe: (observation) => void told.push(observation),
  });
  const create = async () => orderOf(await pawl.create({ workflow: 'printed', items: ITEMS })).id;
  const statusOf = async (id: string) => (await pawl.get(1, id))?.status;
  return { pawl, told, create, statusOf };
}

it('tells of each attempt and of each end, with what they came to', async () => {
  let calls = 0;
  const answers = [retryLater('busy'), done(), failed('no paper')];
  const { pawl, told, create, statusOf } = await printing(() => answers[calls++], 8);
  const one = await create();
  await expect.poll(() => statusOf(one)).toBe('GOOD');
  const other = await create();
  await expect.poll(() => statusOf(other)).toBe('BAD');
  await pawl.close();
  const attempts = told.flatMap((one) => (one.kind === 'attempt' ? [`${one.task} ${one.result}`] : []));
  expect(attempts).toEqual(['label.print retry', 'label.print done', 'label.print failed']);
  const ends = told.flatMap((one) => (one.kind === 'own-command' ? [one.events[0]?.head.to] : []));
  expect(ends).toEqual(['GOOD', 'BAD']);
});

it('carries out many more tasks than it has places, each once', async () => {
  const seen: string[] = [];
  let running = 0;
  let most = 0;
  const { pawl, create, statusOf } = await printing(async ({ effectKey }) => {
    seen.push(effectKey);
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running--;
    return done();
  }, 4);
  const ids = await Promise.all(Array.from({ length: 200 }, create));
  for (const id of ids) await expect.poll(() => statusOf(id), { timeout: 10_000 }).toBe('GOOD');
  await pawl.close();
  expect(seen).toHaveLength(200);
  expect(new Set(seen).size).toBe(200);
  expect(most).toBe(4);
});

it('has all its places again after commits that were not made', async () => {
  const memory = createMemoryStore();
  const store = Object.create(memory) as typeof memory;
  let broken = true;
  store.commit = (units) => (broken ? Promise.reject(new Error('disk')) : memory.commit(units));
  store.lookup = () => Promise.resolve(false);
  const pawl = await createPawl({
    store,
    workflows: [PRINTED],
    tasks: { 'label.print': () => done() },
    taskSlots: 1,
  });
  for (let n = 0; n < 5; n++) {
    await expect(pawl.create({ workflow: 'printed', items: ITEMS })).rejects.toThrow('disk');
  }
  broken = false;
  const { id } = orderOf(await pawl.create({ workflow: 'printed', items: ITEMS }));
  await expect.poll(async () => (await pawl.get(1, id))?.status).toBe('GOOD');
  await pawl.close();
});

it('fires no timer and ends no task without places, also after a task was given back', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const hurried = {
    ...PRINTED,
    states: {
      ...PRINTED.states,
      NEW: { run: { task: 'label.print', timeout: { total: '10s' } }, done: 'GOOD', failed: 'BAD' },
      GOOD: { after: { '10s': 'BAD' } },
    },
  };
  const pawl = await createPawl({
    store: createMemoryStore({ clock }),
    clock,
    workflows: [hurried],
    taskSlots: 0,
  });
  const actor = await pawl.actor(1, 'program', 'worker', ['worker']);
  const create = async () => orderOf(await pawl.create({ workflow: 'printed', items: ITEMS })).id;
  const claim = () => pawl.tasks.claim({ actor, names: ['label.print'], limit: 1, leaseMs: 5_000 });
  const [printed, returned] = [await create(), await create()];
  await claim();
  const ended = { kind: 'end-task', taskId: `${printed}:1:0`, token: 1, outcome: { kind: 'done', data: {} } };
  orderOf(await pawl.submit({ tenant: 1, orderId: printed, actor, command: ended as EndTaskCommand }));
  await claim();
  const given = { actor, taskId: `${returned}:1:0`, token: 1, reason: 'no paper', afterMs: 1 };
  expect((await pawl.tasks.giveBack(given)).ok).toBe(true);
  await clock.advance('1m');
  expect((await pawl.get(1, printed))?.status).toBe('GOOD');
  expect((await pawl.get(1, returned))?.status).toBe('NEW');
  await pawl.close();
});
