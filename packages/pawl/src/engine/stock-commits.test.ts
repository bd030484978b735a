import { describe, expect, it } from 'vitest';
import { createPawl, type PawlOptions } from '../pawl.ts';
import type { Store, Unit, UnitVerdict } from '../ports/store.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { altered, event, summary, type Trial, trial } from '../testing/trial.ts';
import { defineWorkflow } from '../workflow/definition.ts';
import type { Outcome, Request } from './request.ts';

const DROP = defineWorkflow({
  name: 'drop',
  initial: 'SUBMITTED',
  states: {
    SUBMITTED: {
      run: [{ task: 'stock.check' }, { task: 'stock.reserve', undo: 'stock.release' }],
      done: 'RESERVED',
      failed: 'FAILED',
    },
    RESERVED: { on: { ship: 'SHIPPED', cancel: 'FAILED' } },
    SHIPPED: { final: true, run: { task: 'stock.ship' } },
    FAILED: { final: true, compensate: true, review: { redrive: 'SUBMITTED' } },
  },
});
const DRAFT = defineWorkflow({
  name: 'draft',
  initial: 'DRAFT',
  states: {
    DRAFT: { editable: true, on: { submit: 'RESERVING', drop: 'FAILED' } },
    RESERVING: { run: { task: 'stock.reserve', undo: 'stock.release' }, done: 'RESERVED', failed: 'FAILED' },
    RESERVED: { on: { cancel: 'FAILED', keep: 'KEPT' } },
    KEPT: { final: true, run: { task: 'stock.ship' } },
    FAILED: { final: true, compensate: true },
  },
});

async function stocked(
  store: Store,
  pieces: Readonly<Record<string, number>>,
  options: Partial<PawlOptions> = {},
): Promise<Trial> {
  const on = await trial(store, { workflows: [DROP, DRAFT], taskSlots: 0, ...options });
  for (const [sku, value] of Object.entries(pieces)) await put(on, sku, value);
  return on;
}

function put({ pawl, actor }: Trial, sku: string, value: number) {
  return pawl.stock.change({ actor, sku, kind: 'set', value, reason: null });
}

function ordering({ tenant, actor }: Trial, sku = 'A', qty = 1, workflow = 'drop'): Request {
  const items = [{ sku, qty, price: '1.00' }];
  const fields = { externalId: null, customerId: null, currency: 'USD', metadata: {} };
  return { tenant, actor, workflow, command: { kind: 'create', items, ...fields } };
}

function counts(outcomes: readonly Outcome[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const outcome of outcomes) {
    const what = outcome.ok ? outcome.order.status : outcome.rejection.code;
    counted[what] = (counted[what] ?? 0) + 1;
  }
  return counted;
}

/** Counts how often each order was decided and sent to the store. */
function counting(store: Store, tries: Map<string, number>): Store {
  return altered(store, {
    commit: (units) => {
      for (const { orderId, events } of units)
        if (events.length > 0) tries.set(orderId, (tries.get(orderId) ?? 0) + 1);
      return store.commit(units);
    },
    close: async () => undefined,
  });
}

async function ledger({ pawl, tenant }: Trial, sku = 'A') {
  const balance = await pawl.stock.get(tenant, sku);
  const movements = await pawl.stock.movements({ tenant, sku, before: null, limit: 10_000 });
  return {
    balance: balance === undefined ? undefined : [balance.onHand, balance.reserved],
    kinds: movements.map(({ kind }) => kind),
  };
}

describe('a race for the last pieces', () => {
  it('confirms exactly what there is, and decides each order once where nobody else moves stock', async () => {
    const tries = new Map<string, number>();
    const on = await stocked(counting(createMemoryStore(), tries), { A: 500 });
    const outcomes = await on.pawl.submitAll(Array.from({ length: 2_000 }, () => ordering(on)));
    expect(counts(outcomes)).toEqual({ RESERVED: 500, FAILED: 1_500 });
    expect(await ledger(on)).toMatchObject({ balance: [500, 500] });
    expect(tries.size).toBe(2_000);
    expect(Math.max(...tries.values()), 'the book knows what is on its way').toBe(1);
  });

  it('does so also in several lanes of several nodes, whose books know nothing of each other', async () => {
    const tries = new Map<string, number>();
    const memory = createMemoryStore();
    const capabilities = { ...memory.capabilities, exclusiveWriter: false, lanes: 4, unitsPerCommitMax: 50 };
    const shared = altered(counting(memory, tries), { capabilities });
    const on = await stocked(shared, { A: 500 });
    const nodes = [on, await trial(shared, { taskSlots: 0 }), await trial(shared, { taskSlots: 0 })];
    const outcomes = await Promise.all(
      Array.from({ length: 2_000 }, (_, n) =>
        (nodes[n % 3] as Trial).pawl.submit(ordering(nodes[n % 3] as Trial)),
      ),
    );
    expect(counts(outcomes)).toEqual({ RESERVED: 500, FAILED: 1_500 });
    expect(await ledger(on)).toMatchObject({ balance: [500, 500] });
  });

  it('decides each order at most twice also where the book of several busy lanes was wrong', async () => {
    const tries = new Map<string, number>();
    const memory = createMemoryStore();
    let batches = 0;
    let inFlight = 0;
    const beside: number[] = [];
    const slow = altered(memory, {
      capabilities: { ...memory.capabilities, lanes: 4, unitsPerCommitMax: 20 },
      commit: async (units) => {
        inFlight++;
        await new Promise((resolve) => setTimeout(resolve, ++batches % 4));
        if (units.some(({ orderId }) => tries.get(orderId) === 2)) beside.push(inFlight - 1);
        inFlight--;
        return memory.commit(units);
      },
    });
    const on = await stocked(counting(slow, tries), { A: 1_000 });
    await on.pawl.submitAll([ordering(on)]);
    const change = { tenant: on.tenant, sku: 'A', kind: 'set', value: 301, reason: null, actor: 0 } as const;
    await memory.changeStock({ ...change, commandId: 'elsewhere', key: null });
    tries.clear();
    const outcomes = await on.pawl.submitAll(
      Array.from({ length: 1_000 }, (_, n) => ordering(on, 'A', (n * 7) % 5 === 0 ? 40 : 1)),
    );
    expect(await ledger(on)).toMatchObject({ balance: [301, 301] });
    expect(counts(outcomes)['contention']).toBeUndefined();
    expect(Math.max(...tries.values())).toBe(2);
    expect(new Set(beside), 'what is decided again is committed alone').toEqual(new Set([0]));
  });

  it('takes large and small orders in their turn, as far as there is enough for each', async () => {
    const on = await stocked(createMemoryStore(), { A: 10 });
    const outcomes = await on.pawl.submitAll([6, 5, 4, 1].map((qty) => ordering(on, 'A', qty)));
    expect(outcomes.map(summary)).toEqual(['RESERVED 3', 'FAILED 2', 'RESERVED 3', 'FAILED 2']);
    expect(await ledger(on)).toMatchObject({ balance: [10, 10] });
  });

  it('gives what a cancellation frees to the next in the same batch', async () => {
    const on = await stocked(createMemoryStore(), { A: 1 });
    const [first] = await on.pawl.submitAll([ordering(on)]);
    const id = first?.ok === true ? first.order.id : '';
    const outcomes = await on.pawl.submitAll([event(on, id, 'cancel'), ordering(on), ordering(on)]);
    expect(outcomes.map(summary)).toEqual(['FAILED 5', 'RESERVED 3', 'FAILED 2']);
    expect((await ledger(on)).kinds).toEqual(['reserve', 'release', 'reserve', 'set']);
  });
});

describe('what is believed of stock', () => {
  it('is never what a refusal rests on: pieces that came in elsewhere are found', async () => {
    const memory = createMemoryStore();
    const on = await stocked(memory, { A: 0 });
    expect(counts(await on.pawl.submitAll([ordering(on)]))).toEqual({ FAILED: 1 });
    const change = { tenant: on.tenant, sku: 'A', kind: 'set', value: 3, reason: null, actor: 0 } as const;
    await memory.changeStock({ ...change, commandId: 'elsewhere', key: null });
    expect(counts(await on.pawl.submitAll([ordering(on, 'A', 3)]))).toEqual({ RESERVED: 1 });
  });

  it('is never what a reservation rests on: pieces that went elsewhere are missed', async () => {
    const memory = createMemoryStore();
    const on = await stocked(memory, { A: 3 });
    expect(counts(await on.pawl.submitAll([ordering(on)]))).toEqual({ RESERVED: 1 });
    const change = { tenant: on.tenant, sku: 'A', kind: 'set', value: 1, reason: null, actor: 0 } as const;
    await memory.changeStock({ ...change, commandId: 'elsewhere', key: null });
    expect(counts(await on.pawl.submitAll([ordering(on)]))).toEqual({ FAILED: 1 });
    expect(await ledger(on)).toMatchObject({ balance: [1, 1] });
  });

  it('is read anew for what is decided again: the rest of its batch has moved stock too', async () => {
    const tries = new Map<string, number>();
    const memory = createMemoryStore();
    const on = await stocked(counting(memory, tries), { A: 3 });
    const [held] = await on.pawl.submitAll([ordering(on)]);
    const id = held?.ok === true ? held.order.id : '';
    const change = { tenant: on.tenant, sku: 'A', kind: 'set', value: 2, reason: null, actor: 0 } as const;
    await memory.changeStock({ ...change, commandId: 'elsewhere', key: null });
    tries.clear();
    const outcomes = await on.pawl.submitAll([ordering(on, 'A', 2), event(on, id, 'cancel')]);
    expect(outcomes.map(summary)).toEqual(['RESERVED 3', 'FAILED 5']);
    expect([...tries.values()]).toEqual([2, 1]);
  });

  it('is read anew after a change by hand', async () => {
    const tries = new Map<string, number>();
    const on = await stocked(counting(createMemoryStore(), tries), { A: 0 });
    expect(counts(await on.pawl.submitAll([ordering(on)]))).toEqual({ FAILED: 1 });
    await put(on, 'A', 1);
    expect(counts(await on.pawl.submitAll([ordering(on)]))).toEqual({ RESERVED: 1 });
    expect([...tries.values()]).toEqual([1, 1]);
  });

  it('is free again of a unit that could not be written', async () => {
    const memory = createMemoryStore();
    let down = false;
    const commit = async (units: readonly Unit[]) => {
      if (down) throw new Error('the disk is full');
      return memory.commit(units);
    };
    const on = await stocked(altered(memory, { commit }), { A: 1 });
    await on.pawl.submitAll([ordering(on, 'A', 9)]);
    down = true;
    await expect(on.pawl.submit(ordering(on))).rejects.toThrow('the disk is full');
    down = false;
    const tries = new Map<string, number>();
    const before = memory.commit;
    memory.commit = (units) => {
      for (const { orderId } of units) tries.set(orderId, (tries.get(orderId) ?? 0) + 1);
      return before(units);
    };
    expect(counts(await on.pawl.submitAll([ordering(on)]))).toEqual({ RESERVED: 1 });
    expect([...tries.values()], 'the book was right at once').toEqual([1]);
  });

  it('holds of what an edit has brought into the order in the same unit', async () => {
    const on = await stocked(createMemoryStore(), { A: 1, B: 5 });
    const [made] = await on.pawl.submitAll([ordering(on, 'A', 1, 'draft')]);
    const id = made?.ok === true ? made.order.id : '';
    const items = [{ sku: 'B', qty: 4, price: '1' }];
    const outcomes = await on.pawl.submitAll([
      { ...event(on, id, ''), command: { kind: 'edit', items } },
      event(on, id, 'submit'),
    ]);
    expect(outcomes.map(summary)).toEqual(['DRAFT 2', 'RESERVED 4']);
    expect(await ledger(on, 'B')).toMatchObject({ balance: [5, 4] });
    expect(await ledger(on, 'A')).toMatchObject({ balance: [1, 0] });
  });

  it('that changes at every commit ends in contention, and nothing is reserved', async () => {
    const memory = createMemoryStore();
    let rounds = 0;
    const commit = async (units: readonly Unit[]): Promise<readonly UnitVerdict[]> => {
      rounds++;
      return units.map(() => ({ kind: 'stock-changed', balances: [] }));
    };
    const on = await stocked(altered(memory, { commit }), { A: 1 });
    expect(summary(await on.pawl.submit(ordering(on)))).toBe('contention');
    expect(rounds).toBe(8);
  });
});

describe('an order with stock', () => {
  it('ships what it reserved, and gives back what it did not ship', async () => {
    const on = await stocked(createMemoryStore(), { A: 10 });
    const [one, two] = await on.pawl.submitAll([ordering(on, 'A', 4), ordering(on, 'A', 3)]);
    const ids = [one, two].map((outcome) => (outcome?.ok === true ? outcome.order.id : ''));
    expect(summary(await on.pawl.fire(ids[0] ?? '', 'ship'))).toBe('SHIPPED 5');
    expect(summary(await on.pawl.fire(ids[1] ?? '', 'cancel'))).toBe('FAILED 5');
    expect(await ledger(on)).toEqual({
      balance: [6, 0],
      kinds: ['release', 'ship', 'reserve', 'reserve', 'set'],
    });
  });

  it('reserves again what it has given back in the same unit', async () => {
    const tries = new Map<string, number>();
    const on = await stocked(counting(createMemoryStore(), tries), { A: 1 });
    const [made] = await on.pawl.submitAll([ordering(on)]);
    const id = made?.ok === true ? made.order.id : '';
    tries.clear();
    const outcomes = await on.pawl.submitAll([
      event(on, id, 'cancel'),
      { ...event(on, id, ''), command: { kind: 'redrive', reason: 'again' } },
    ]);
    expect(outcomes.map(summary)).toEqual(['FAILED 5', 'RESERVED 8']);
    expect([...tries.values()]).toEqual([1]);
    expect((await ledger(on)).kinds).toEqual(['reserve', 'release', 'reserve', 'set']);
  });

  it('tells what it did only to the first of equal calls, in one batch and later', async () => {
    const on = await stocked(createMemoryStore(), { A: 5 });
    const keyed = { ...ordering(on), idempotency: { key: 'k', call: 'create' } };
    const made = [...(await on.pawl.submitAll([keyed, keyed])), await on.pawl.submit(keyed)];
    const told = (outcomes: readonly Outcome[]) =>
      outcomes.map((outcome) => outcome.ok && [outcome.events.length, outcome.stock.length]);
    expect(told(made)).toEqual([
      [3, 2],
      [0, 0],
      [0, 0],
    ]);
    const id = made[0]?.ok === true ? made[0].order.id : '';
    const cancel = event(on, id, 'cancel', { idempotency: { key: 'c', call: 'cancel' } });
    const cancelled = [...(await on.pawl.submitAll([cancel, cancel])), await on.pawl.submit(cancel)];
    expect(told(cancelled)).toEqual([
      [2, 1],
      [0, 0],
      [0, 0],
    ]);
    expect(await ledger(on)).toMatchObject({ balance: [5, 0] });
  });

  it('is previewed without a movement', async () => {
    const on = await stocked(createMemoryStore(), { A: 1 });
    const preview = await on.pawl.preview(ordering(on));
    expect(summary(preview)).toBe('RESERVED 3');
    expect(preview.ok && preview.stock.map(({ kind }) => kind)).toEqual(['enough', 'reserve']);
    expect(await ledger(on)).toEqual({ balance: [1, 0], kinds: ['set'] });
  });

  it('of one tenant takes nothing from another', async () => {
    const store = createMemoryStore();
    const on = await stocked(store, { A: 1 });
    const tenant = await on.pawl.tenant('other');
    const actor = await on.pawl.actor(tenant, 'api_key', 'eve', ['admin']);
    expect(counts(await on.pawl.submitAll([ordering({ ...on, tenant, actor }), ordering(on)]))).toEqual({
      FAILED: 1,
      RESERVED: 1,
    });
  });

  it('of a workflow without stock needs no look at it', async () => {
    const memory = createMemoryStore();
    const loadStock = (): never => {
      throw new Error('nobody asked');
    };
    const pawl = await createPawl({
      store: altered(memory, { loadStock }),
      workflows: [
        defineWorkflow({ name: 'w', initial: 'A', states: { A: { on: { go: 'B' } }, B: { final: true } } }),
      ],
    });
    expect(await pawl.create({ workflow: 'w', items: [{ sku: 'A', qty: 1, price: '1' }] })).toMatchObject({
      ok: true,
    });
  });
});
