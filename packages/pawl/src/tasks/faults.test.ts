import { expect, it } from 'vitest';
import { createPawl, type PawlOptions } from '../pawl.ts';
import { type Store, StoreFullError, StoreUnavailableError } from '../ports/store.ts';
import { done, handedOver, retryLater } from '../ports/task-handler.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { altered, orderOf } from '../testing/trial.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';

const ITEMS = [{ sku: 'A', qty: 1, price: '1' }];
const PRINTED = {
  name: 'printed',
  initial: 'NEW',
  tasks: { 'label.print': {} },
  states: {
    NEW: {
      run: { task: 'label.print', retry: { attempts: 3, backoff: '1ms' }, timeout: '1s' },
      done: 'GOOD',
      failed: 'BAD',
      on: { poke: 'NEW' },
    },
    GOOD: { final: true },
    BAD: { final: true },
  },
};

function start(store: Store, handler: () => unknown, options: Partial<PawlOptions> = {}) {
  const tasks = { 'label.print': handler as never };
  return createPawl({ store, workflows: [PRINTED], tasks, ...options });
}

const create = async (pawl: Awaited<ReturnType<typeof start>>) =>
  orderOf(await pawl.create({ workflow: 'printed', items: ITEMS })).id;

const away = () => Promise.reject(new StoreUnavailableError('away'));

it('records what JSON says of a result, and takes what it cannot say for no result', async () => {
  const answers = [done({ ref: undefined, at: new Date(0) } as never), done({ big: 10n } as never), done()];
  const pawl = await start(createMemoryStore(), () => answers.shift());
  const one = await create(pawl);
  await expect.poll(async () => (await pawl.get(1, one))?.status).toBe('GOOD');
  const trail = await pawl.trail({ tenant: 1, orderId: one, direction: 'asc', after: 1, limit: 1 });
  expect(trail[0]?.payload?.work?.result).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  const other = await create(pawl);
  await expect.poll(async () => (await pawl.get(1, other))?.status).toBe('GOOD');
  const [end] = await pawl.trail({ tenant: 1, orderId: other, direction: 'asc', after: 1, limit: 1 });
  expect(end?.payload?.work).toMatchObject({
    attempts: 2,
    failures: [{ error: expect.stringContaining('JSON') }],
  });
  await pawl.close();
});

it('refuses a wait that is no time', async () => {
  const answers = [retryLater('busy', { afterMs: 1e300 }), handedOver(Number.NaN), done()];
  const pawl = await start(createMemoryStore(), () => answers.shift());
  const id = await create(pawl);
  await expect.poll(async () => (await pawl.get(1, id))?.status).toBe('GOOD');
  await pawl.close();
});

it('begins nothing in a commit that ends after the program has begun to end', async () => {
  const memory = createMemoryStore();
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let began = 0;
  const commit: Store['commit'] = async (units) => {
    await gate;
    return memory.commit(units);
  };
  const pawl = await start(altered(memory, { commit }), () => void began++);
  const creating = pawl.create({ workflow: 'printed', items: ITEMS });
  await new Promise((resolve) => setTimeout(resolve, 5));
  const closing = pawl.close();
  release();
  expect((await creating).ok).toBe(true);
  await closing;
  expect(began).toBe(0);
});

it('keeps all its places when rows cannot be read again', async () => {
  const memory = createMemoryStore();
  let isAway = false;
  const store = altered(memory, { load: (keys) => (isAway ? away() : memory.load(keys)) });
  const pawl = await start(store, () => done(), { taskSlots: 1 });
  const id = await create(pawl);
  await expect.poll(async () => (await pawl.get(1, id))?.status).toBe('GOOD');
  const actor = await pawl.actor(1, 'program', 'tester', ['admin']);
  isAway = true;
  const outcome = { kind: 'done', data: {} } as const;
  const doubtful = { kind: 'end-task', taskId: `${id}:1:0`, token: 9, outcome } as const;
  const told = pawl.submit({ tenant: 1, orderId: id, actor, command: doubtful });
  const created = pawl.create({ workflow: 'printed', items: ITEMS });
  await expect(Promise.all([told, created])).rejects.toThrow('away');
  isAway = false;
  const next = await create(pawl);
  await expect.poll(async () => (await pawl.get(1, next))?.status).toBe('GOOD');
  await pawl.close();
});

it('does what it has done once, also when nothing can be written for longer than its lease', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const memory = createMemoryStore({ clock });
  let isAway = false;
  const store = altered(memory, {
    commit: (units) => (isAway ? away() : memory.commit(units)),
    updateTasks: (updates) => (isAway ? away() : memory.updateTasks(updates)),
    ping: () => (isAway ? away() : memory.ping()),
    lookup: (key, version, id) => (isAway ? away() : memory.lookup(key, version, id)),
    claim: (query) => (isAway ? away() : memory.claim(query)),
  });
  const calls: string[] = [];
  const pawl = await createPawl({
    store,
    clock,
    workflows: [PRINTED],
    tasks: {
      'label.print': async ({ effectKey }, { sleep }) => {
        calls.push(effectKey);
        await sleep(500);
        return done();
      },
    },
  });
  const ids = [await create(pawl), await create(pawl), await create(pawl)];
  isAway = true;
  await clock.advance('45s');
  isAway = false;
  await clock.advance('5s');
  for (const id of ids) expect((await pawl.get(1, id))?.status).toBe('GOOD');
  expect(calls).toHaveLength(3);
  const closing = pawl.close();
  await clock.advance('10s');
  await closing;
});

it('does not give up what it has done while there is no room to record it, although all else is answered', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const memory = createMemoryStore({ clock });
  let isFull = false;
  const commit: Store['commit'] = (units) =>
    isFull ? Promise.reject(new StoreFullError('full')) : memory.commit(units);
  let calls = 0;
  const pawl = await start(altered(memory, { commit }), () => void calls++, { clock });
  const id = await create(pawl);
  isFull = true;
  await clock.advance('2m');
  isFull = false;
  await clock.advance('2s');
  expect((await pawl.get(1, id))?.status).toBe('GOOD');
  expect(calls).toBe(1);
});

it('ends an attempt in time while the store does not answer heartbeats', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const memory = createMemoryStore({ clock });
  let aborted: number | undefined;
  const store = altered(memory, { updateTasks: () => new Promise(() => undefined) });
  const slow = {
    ...PRINTED,
    states: {
      ...PRINTED.states,
      NEW: { ...PRINTED.states.NEW, run: { task: 'label.print', timeout: '25s' } },
    },
  };
  const pawl = await createPawl({
    store,
    clock,
    workflows: [slow],
    tasks: {
      'label.print': (_task, { signal }) =>
        new Promise(() => signal.addEventListener('abort', () => (aborted = clock.monotonic()))),
    },
  });
  await create(pawl);
  await clock.advance('26s');
  expect(aborted).toBeLessThanOrEqual(25_200);
});

/** A store whose writes of one kind wait until they are let go, in the order in which they came. */
function heldBack<K extends 'commit' | 'updateTasks'>(memory: Store, name: K) {
  let open = Promise.resolve();
  let letGo = (): void => undefined;
  const call = async (list: never) => {
    await open;
    return memory[name](list) as never;
  };
  return {
    change: { [name]: call } as unknown as Partial<Store>,
    hold: () => {
      const gate = Promise.withResolvers<void>();
      open = gate.promise;
      letGo = gate.resolve;
    },
    letGo: () => letGo(),
  };
}

it('tells an end again by the new token when its task was claimed again before it was written', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const memory = createMemoryStore({ clock });
  const commits = heldBack(memory, 'commit');
  const store = altered(memory, { ...commits.change, updateTasks: away });
  let calls = 0;
  const handler = () => {
    if (++calls === 1) commits.hold();
  };
  const pawl = await start(store, handler, { clock });
  const id = await create(pawl);
  // The end waits to be written, nothing extends the lease, and this very node claims the task again.
  await clock.advance('35s');
  expect((await pawl.get(1, id))?.work.tasks).toMatchObject([{ token: 2 }]);
  commits.letGo();
  await clock.advance('2s');
  expect((await pawl.get(1, id))?.status).toBe('GOOD');
  expect(calls).toBe(1);
});

it('leaves a service that took a task over all of its time', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const memory = createMemoryStore({ clock });
  const updates = heldBack(memory, 'updateTasks');
  const pawl = await start(altered(memory, updates.change), () => handedOver(600_000), { clock });
  updates.hold();
  const id = await create(pawl);
  await clock.advance('15s');
  updates.letGo();
  await clock.advance('1s');
  const [task] = (await pawl.get(1, id))?.work.tasks ?? [];
  expect(task?.parked).toBe(true);
  expect((task?.leaseUntil ?? 0) - clock.now()).toBeGreaterThan(500_000);
});
