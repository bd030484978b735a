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

/** Carried out once or not at all; nothing takes it back. */
const ONCE = {
  ...PRINTED,
  states: {
    ...PRINTED.states,
    NEW: { run: { task: 'label.print', retry: { attempts: 1 } }, done: 'GOOD', failed: 'BAD' },
  },
};

/** A store of several nodes, with an order of `ONCE` that waits for its task. */
async function waiting() {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const memory = createMemoryStore({ clock });
  const close = () => Promise.resolve();
  const shared = altered(memory, {
    capabilities: { ...memory.capabilities, exclusiveWriter: false },
    close,
  });
  const calls: string[] = [];
  const node = (name: string, changes: Partial<Store> = {}, options: Partial<PawlOptions> = {}) =>
    start(altered(shared, changes), () => void calls.push(name), { clock, workflows: [ONCE], ...options });
  const creator = await node('creator', {}, { taskSlots: 0 });
  const id = await create(creator);
  const taskNow = async () => (await creator.get(1, id))?.work.tasks[0];
  return { clock, memory, calls, node, id, creator, taskNow };
}

it('gives back what a claim brings after the program has begun to end', async () => {
  const { clock, memory, calls, node, id, creator, taskNow } = await waiting();
  const gate = Promise.withResolvers<void>();
  const claim: Store['claim'] = async (query) => {
    const verdict = await memory.claim(query);
    await gate.promise;
    return verdict;
  };
  const ending = await node('ending', { claim });
  await clock.advance('1s');
  expect(await taskNow()).toMatchObject({ token: 1, attempts: 1 });
  const closing = ending.close();
  gate.resolve();
  await clock.settle();
  await closing;
  expect(await taskNow()).toMatchObject({ token: 1, attempts: 0, leaseUntil: null, uncertain: false });
  await node('other');
  await clock.advance('1s');
  expect((await creator.get(1, id))?.status).toBe('GOOD');
  expect(calls).toEqual(['other']);
});

it('gives back what a commit has taken over that ends after the program has begun to end', async () => {
  const { clock, memory, node, calls } = await waiting();
  const gate = Promise.withResolvers<void>();
  const commit: Store['commit'] = async (units) => {
    await gate.promise;
    return memory.commit(units);
  };
  const none = () => Promise.resolve({ kind: 'claimed', tasks: [] } as const);
  const ending = await node('ending', { commit, claim: none });
  const creating = ending.create({ workflow: 'printed', items: ITEMS });
  await clock.settle();
  const closing = ending.close();
  gate.resolve();
  const { id } = orderOf(await creating);
  await clock.settle();
  await closing;
  const [order] = await memory.load([{ tenant: 1, orderId: id }]);
  expect(order?.work.tasks).toMatchObject([{ token: 1, attempts: 0, leaseUntil: null, uncertain: false }]);
  expect(calls).toEqual([]);
});

it('gives back what it has claimed and cannot read the order of, and waits before it looks again', async () => {
  const { clock, memory, calls, node, id, creator } = await waiting();
  let isAway = true;
  let loads = 0;
  const load: Store['load'] = (keys) => {
    loads++;
    return isAway ? away() : memory.load(keys);
  };
  await node('lost', { load });
  await clock.advance('5s');
  expect(loads).toBeLessThan(25);
  isAway = false;
  await clock.advance('1s');
  expect((await creator.get(1, id))?.status).toBe('GOOD');
  expect(calls).toEqual(['lost']);
});

it('carries out what it can read the order of beside what it cannot, which waits for its lease', async () => {
  const { clock, memory, node, id, creator, taskNow } = await waiting();
  const others = [await create(creator), await create(creator)];
  const load: Store['load'] = (keys) =>
    keys.some(({ orderId }) => orderId === id) ? away() : memory.load(keys);
  await node('lost', { load });
  await clock.advance('5s');
  for (const other of others) expect((await creator.get(1, other))?.status).toBe('GOOD');
  expect(await taskNow()).toMatchObject({ token: 1, attempts: 1, leaseUntil: expect.any(Number) });
});

it('gives back what it did not begin since the lease was over', async () => {
  const { clock, memory, node, taskNow } = await waiting();
  let claims = 0;
  const claim: Store['claim'] = async (query) => {
    if (++claims > 1) return { kind: 'claimed', tasks: [] };
    const verdict = await memory.claim(query);
    await clock.sleep(31_000);
    return verdict;
  };
  await node('slow', { claim });
  await clock.advance('32s');
  expect(await taskNow()).toMatchObject({ token: 1, attempts: 0, leaseUntil: null, uncertain: false });
});

it('takes up again what it gives back, although it has not looked for work before', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const memory = createMemoryStore({ clock });
  let lateMs = 31_000;
  const commit: Store['commit'] = async (units) => {
    const verdicts = await memory.commit(units);
    await clock.sleep(lateMs);
    lateMs = 1;
    return verdicts;
  };
  let calls = 0;
  const pawl = await start(altered(memory, { commit }), () => void calls++, { clock, workflows: [] });
  const actor = await pawl.actor(1, 'program', 'admin', ['admin']);
  expect((await pawl.workflows.deploy(actor.tenant, PRINTED)).ok).toBe(true);
  const creating = create(pawl);
  await clock.advance('32s');
  expect((await pawl.get(1, await creating))?.status).toBe('GOOD');
  expect(calls).toBe(1);
});

it('ends in time where nothing can be given back, and its tasks are given out when their leases end', async () => {
  const { clock, memory, node, taskNow } = await waiting();
  const gate = Promise.withResolvers<void>();
  const claim: Store['claim'] = async (query) => {
    const verdict = await memory.claim(query);
    await gate.promise;
    return verdict;
  };
  const ending = await node('ending', { claim, updateTasks: () => new Promise(() => undefined) });
  await clock.advance('1s');
  let isClosed = false;
  const closing = ending.close().then(() => (isClosed = true));
  gate.resolve();
  await clock.advance(4_900);
  expect(isClosed).toBe(false);
  await clock.advance(200);
  await closing;
  expect(await taskNow()).toMatchObject({ token: 1, attempts: 1, leaseUntil: expect.any(Number) });
});

it('does not give back what still runs here when it is claimed again while the program ends', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const memory = createMemoryStore({ clock });
  const gate = Promise.withResolvers<void>();
  const claim: Store['claim'] = async (query) => {
    const verdict = await memory.claim(query);
    await gate.promise;
    return verdict;
  };
  const updateTasks: Store['updateTasks'] = (updates) =>
    updates.some(({ kind }) => kind === 'extend') ? away() : memory.updateTasks(updates);
  const store = altered(memory, { claim, updateTasks, close: () => Promise.resolve() });
  const run = { task: 'label.print', timeout: '5m' };
  const workflows = [{ ...PRINTED, states: { ...PRINTED.states, NEW: { ...PRINTED.states.NEW, run } } }];
  let calls = 0;
  const handler = async () => {
    calls++;
    await clock.sleep(33_000);
  };
  const pawl = await start(store, handler, { clock, workflows });
  const id = await create(pawl);
  const taskNow = async () => (await memory.load([{ tenant: 1, orderId: id }]))[0]?.work.tasks[0];
  await clock.advance('31s');
  const closing = pawl.close();
  gate.resolve();
  await clock.advance('1s');
  expect(await taskNow()).toMatchObject({ token: 2, attempts: 2, leaseUntil: expect.any(Number) });
  await clock.advance('5s');
  await closing;
  expect((await memory.load([{ tenant: 1, orderId: id }]))[0]?.status).toBe('GOOD');
  expect(calls).toBe(1);
});
