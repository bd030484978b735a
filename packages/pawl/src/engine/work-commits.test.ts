import { describe, expect, it } from 'vitest';
import { verifyChain } from '../order/chain.ts';
import type { Task } from '../order/work.ts';
import type { PawlOptions } from '../pawl.ts';
import type { KeyRecord, Store, Unit } from '../ports/store.ts';
import { systemDigest } from '../ports/system.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { altered, event, ITEMS, orderOf, summary, type Trial, trial, WHOLE_TRAIL } from '../testing/trial.ts';
import { defineWorkflow } from '../workflow/definition.ts';
import type { Request } from './request.ts';

const WORK = defineWorkflow({
  name: 'work',
  initial: 'A',
  tasks: { pack: { undo: 'unpack' }, unpack: {} },
  states: {
    A: {
      editable: true,
      on: {
        check: { run: { task: 'pack' }, accepted: 'begun', done: 'DONE', failed: 'BAD' },
        other: { run: { task: 'pack' }, done: 'DONE', failed: 'BAD' },
        cancel: 'BAD',
      },
    },
    DONE: { final: true },
    BAD: { final: true },
  },
});

function working(store: Store = createMemoryStore(), options: Partial<PawlOptions> = {}): Promise<Trial> {
  return trial(store, { workflows: [WORK], taskSlots: 0, ...options });
}

async function made({ pawl }: Trial): Promise<string> {
  return orderOf(await pawl.create({ workflow: 'work', items: ITEMS })).id;
}

/** As another node would, without this one being told. */
async function claimElsewhere(store: Store): Promise<Task> {
  const query = {
    tenant: null,
    names: ['pack', 'unpack'],
    limit: 1,
    leaseMs: 60_000,
    claimedBy: 'x',
    key: null,
  };
  const verdict = await store.claim(query);
  const [task] = verdict.kind === 'claimed' ? verdict.tasks : [];
  if (task === undefined) throw new Error('there was nothing to claim');
  return task;
}

function end(on: Trial, orderId: string, { id, token }: Pick<Task, 'id' | 'token'>): Request {
  const command = {
    kind: 'end-task',
    taskId: id,
    token,
    outcome: { kind: 'done', data: { box: 1 } },
  } as const;
  return { tenant: on.tenant, actor: on.actor, orderId, command };
}

async function linesOf({ pawl, tenant }: Trial, orderId: string): Promise<readonly string[]> {
  const events = await pawl.trail({ ...WHOLE_TRAIL, tenant, orderId });
  return events.map(({ head }) => `${head.type} ${head.to}`);
}

describe('a task', () => {
  it('is committed with the event that starts it, and its end with the move', async () => {
    const memory = createMemoryStore();
    const on = await working(memory);
    const id = await made(on);
    const accepted = await on.pawl.fire(id, 'check');
    expect(accepted).toMatchObject({ ok: true, accepted: { message: 'begun', taskId: `${id}:2:0` } });
    expect(
      (await memory.listTasks({ tenant: on.tenant, after: null, limit: 9 })).map((task) => task.id),
    ).toEqual([`${id}:2:0`]);
    const task = await claimElsewhere(memory);
    expect(summary(await on.pawl.submit(end(on, id, task)))).toBe('DONE 3');
    expect(await memory.listTasks({ tenant: on.tenant, after: null, limit: 9 })).toEqual([]);
    const row = await on.pawl.get(on.tenant, id);
    const trail = await on.pawl.trail({ ...WHOLE_TRAIL, tenant: on.tenant, orderId: id });
    expect(row && verifyChain(row, trail, systemDigest)).toEqual([]);
  });

  it('that was claimed between the decision and its commit is decided on again: it is an orphan, not dropped', async () => {
    const memory = createMemoryStore();
    let claim = false;
    let units = 0;
    const commit = async (batch: readonly Unit[]) => {
      units += batch.length;
      if (claim) {
        claim = false;
        await claimElsewhere(memory);
      }
      return memory.commit(batch);
    };
    const on = await working(altered(memory, { commit }));
    const id = await made(on);
    await on.pawl.fire(id, 'check');
    claim = true;
    units = 0;
    expect(summary(await on.pawl.fire(id, 'cancel'))).toBe('BAD 3');
    expect(units, 'the first was a conflict').toBe(2);
    expect((await on.pawl.get(on.tenant, id))?.work.tasks).toMatchObject([{ orphan: true, token: 1 }]);
    expect(summary(await on.pawl.submit(end(on, id, { id: `${id}:2:0`, token: 1 })))).toBe('BAD 4');
    expect((await on.pawl.get(on.tenant, id))?.work.tasks).toMatchObject([
      { kind: 'undo', input: { box: 1 } },
    ]);
  });

  it('that was claimed elsewhere is ended on a fresh row, though the cached one knows no such token', async () => {
    const memory = createMemoryStore();
    const on = await working(memory);
    const id = await made(on);
    await on.pawl.fire(id, 'check');
    const task = await claimElsewhere(memory);
    expect(summary(await on.pawl.submit(end(on, id, task)))).toBe('DONE 3');
  });

  it('whose holder was superseded is refused, on a fresh row', async () => {
    const memory = createMemoryStore();
    const on = await working(memory);
    const id = await made(on);
    await on.pawl.fire(id, 'check');
    const task = await claimElsewhere(memory);
    expect(summary(await on.pawl.submit(end(on, id, { ...task, token: task.token + 1 })))).toBe('lease-lost');
    expect(summary(await on.pawl.submit(end(on, id, { ...task, id: `${id}:9:9` })))).toBe('task-not-found');
  });

  it('is ended once, whoever says so how often', async () => {
    const memory = createMemoryStore();
    const on = await working(memory);
    const id = await made(on);
    await on.pawl.fire(id, 'check');
    const task = await claimElsewhere(memory);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => on.pawl.submit(end(on, id, task))));
    expect(new Set(outcomes.map(summary)), 'the same token and outcome again is no refusal').toEqual(
      new Set(['DONE 3', 'DONE 3 again']),
    );
    expect(await linesOf(on, id)).toEqual(['created A', 'work_accepted A', 'work_ended DONE']);
  });
});

describe('an unknown outcome of a commit with tasks', () => {
  function losing(memory: Store, isLost: () => boolean, isMade: boolean): Store {
    return altered(memory, {
      commit: async (units) => {
        if (!isLost()) return memory.commit(units);
        if (isMade) await memory.commit(units);
        throw new Error('the connection is gone');
      },
    });
  }

  it('is found out by asking: the task is there once, and is carried out', async () => {
    const memory = createMemoryStore();
    const carried: string[] = [];
    let lost = false;
    const on = await trial(
      losing(memory, () => lost, true),
      {
        workflows: [WORK],
        tasks: { pack: ({ effectKey }) => void carried.push(effectKey), unpack: () => undefined },
      },
    );
    const id = await made(on);
    lost = true;
    expect(await on.pawl.fire(id, 'check')).toMatchObject({ ok: true, accepted: { taskId: `${id}:2:0` } });
    lost = false;
    await expect.poll(async () => (await on.pawl.get(on.tenant, id))?.status).toBe('DONE');
    expect(carried).toEqual([`${id}:2:0`]);
    await on.pawl.close();
  });

  it('that was not made leaves no task, and frees the places that were taken for it', async () => {
    const memory = createMemoryStore();
    const carried: string[] = [];
    let lost = false;
    const on = await trial(
      losing(memory, () => lost, false),
      {
        workflows: [WORK],
        taskSlots: 1,
        tasks: { pack: ({ effectKey }) => void carried.push(effectKey), unpack: () => undefined },
      },
    );
    const id = await made(on);
    lost = true;
    for (let n = 0; n < 3; n++)
      await expect(on.pawl.fire(id, 'check')).rejects.toThrow('the connection is gone');
    lost = false;
    expect(await on.pawl.fire(id, 'check')).toMatchObject({ ok: true });
    await expect.poll(async () => (await on.pawl.get(on.tenant, id))?.status).toBe('DONE');
    expect(carried).toEqual([`${id}:2:0`]);
    await on.pawl.close();
  });
});

describe('a key', () => {
  const keyed = (key: string, call = key): Partial<Request> => ({ idempotency: { key, call } });

  function watched(memory: Store, keys: KeyRecord[]): Store {
    return altered(memory, {
      commit: (units) => {
        keys.push(...units.flatMap((unit) => unit.keys));
        return memory.commit(units);
      },
    });
  }

  it('answers the acceptance of work as before, also when the work has long ended', async () => {
    const memory = createMemoryStore();
    const on = await working(memory);
    const id = await made(on);
    const check = event(on, id, 'check', keyed('k'));
    const first = await on.pawl.submit(check);
    const task = await claimElsewhere(memory);
    await on.pawl.submit(end(on, id, task));
    const again = await on.pawl.submit(check);
    expect(again).toMatchObject({
      ok: true,
      replayed: true,
      accepted: { message: 'begun', taskId: `${id}:2:0` },
      order: { status: 'A', version: 2 },
      events: [],
    });
    expect(first).toMatchObject({ accepted: again.ok ? again.accepted : {} });
  });

  it('answers the same event under another key as the first, and each key keeps that', async () => {
    const memory = createMemoryStore();
    const on = await working(memory);
    const id = await made(on);
    const outcomes = await on.pawl.submitAll(
      ['k1', 'k2', 'k2'].map((key) => event(on, id, 'check', keyed(key))),
    );
    expect(outcomes.map(summary)).toEqual(['A 2', 'A 2', 'A 2 again']);
    await on.pawl.fire(id, 'cancel');
    const again = await on.pawl.submit(event(on, id, 'check', keyed('k2')));
    expect(again).toMatchObject({ replayed: true, accepted: { taskId: `${id}:2:0` }, order: { version: 2 } });
  });

  it('is recorded with nothing for an order, with what was told of work, and with a refusal', async () => {
    const keys: KeyRecord[] = [];
    const on = await working(watched(createMemoryStore(), keys));
    const id = await made(on);
    await on.pawl.submitAll([
      event(on, id, 'check', keyed('a')),
      event(on, id, 'other', keyed('b')),
      event(on, id, 'cancel', keyed('c')),
      event(on, id, 'cancel', { ...keyed('d'), precondition: { kind: 'version', version: 1 } }),
    ]);
    expect(keys.map(({ version, answer }) => [version, answer === null ? null : JSON.parse(answer)])).toEqual(
      [
        [2, { accepted: { message: 'begun', taskId: `${id}:2:0` } }],
        [2, { code: 'work-pending', event: 'check', taskId: `${id}:2:0` }],
        [3, null],
      ],
    );
  });

  it('remembers that work was pending, also after it is not any more', async () => {
    const on = await working();
    const id = await made(on);
    await on.pawl.fire(id, 'check');
    const other = event(on, id, 'other', keyed('k'));
    expect(summary(await on.pawl.submit(other))).toBe('work-pending');
    await on.pawl.fire(id, 'cancel');
    expect(summary(await on.pawl.submit(other))).toBe('work-pending again');
  });
});

describe('one bulk call', () => {
  it('starts, refuses and cancels work of one order in turn, in one unit', async () => {
    const sizes: number[] = [];
    const memory = createMemoryStore();
    const on = await working(
      altered(memory, {
        commit: (units) => {
          sizes.push(units.length);
          return memory.commit(units);
        },
      }),
    );
    const id = await made(on);
    sizes.length = 0;
    const outcomes = await on.pawl.submitAll([
      ...['check', 'check', 'other'].map((name) => event(on, id, name)),
      { ...event(on, id, ''), command: { kind: 'edit', customerId: 'x' } },
      ...['cancel', 'check'].map((name) => event(on, id, name)),
    ]);
    expect(outcomes.map(summary)).toEqual([
      'A 2',
      'A 2',
      'work-pending',
      'work-pending',
      'BAD 3',
      'illegal-transition',
    ]);
    expect(sizes).toEqual([1]);
    expect(
      await memory.listTasks({ tenant: on.tenant, after: null, limit: 9 }),
      'it was never written',
    ).toEqual([]);
  });

  it('starts the work of many orders in one commit, and all of it is carried out', async () => {
    const carried = new Set<string>();
    const on = await trial(createMemoryStore(), {
      workflows: [WORK],
      taskSlots: 8,
      tasks: { pack: ({ effectKey }) => void carried.add(effectKey), unpack: () => undefined },
    });
    const ids = await Promise.all(Array.from({ length: 100 }, () => made(on)));
    const outcomes = await on.pawl.submitAll(ids.map((id) => event(on, id, 'check')));
    expect(outcomes.every((outcome) => outcome.ok && outcome.accepted !== undefined)).toBe(true);
    await expect
      .poll(() => on.pawl.count({ tenant: on.tenant, status: 'DONE' }), { timeout: 5_000 })
      .toBe(100);
    expect(carried).toEqual(new Set(ids.map((id) => `${id}:2:0`)));
    await on.pawl.close();
  });
});

describe('the past of an order with work', () => {
  it('says of each version how it stood', async () => {
    const memory = createMemoryStore();
    const on = await working(memory);
    const id = await made(on);
    await on.pawl.fire(id, 'check');
    const task = await claimElsewhere(memory);
    await on.pawl.fire(id, 'cancel');
    await on.pawl.submit(end(on, id, task));
    const undo = await claimElsewhere(memory);
    const failed = { kind: 'failed', reason: 'stuck' } as const;
    await on.pawl.submit({
      ...end(on, id, undo),
      command: { kind: 'end-task', taskId: undo.id, token: undo.token, outcome: failed },
    });
    const resolve = { kind: 'resolve-task', taskId: undo.id, outcome: 'done', reason: 'by hand' } as const;
    await on.pawl.submit({ ...event(on, id, ''), command: resolve });
    const stood = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((version) => on.pawl.getAt(on.tenant, id, { version })),
    );
    expect(stood).toMatchObject([
      { version: 1, settled: false, blocked: false },
      { version: 2, settled: false, blocked: false },
      { version: 3, settled: false, blocked: false },
      { version: 4, settled: false, blocked: false },
      { version: 5, settled: false, blocked: true },
      { version: 6, settled: true, blocked: false },
    ]);
  });
});
