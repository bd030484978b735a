import { describe, expect, it } from 'vitest';
import { ON_HAND_MAX, type OrderMovement, type StockBalance, type StockEntry } from '../../order/stock.ts';
import type { LiveOrder } from '../../order/work.ts';
import type { RecordedMovement, StockChange, StockVerdict, Unit, UnitVerdict } from '../../ports/store.ts';
import { creation, keyRecord, keysOnly, orderlessKey, step, withKeys, withStock } from './samples.ts';
import { committed, loaded, type StoreUnderTest } from './subject.ts';
import { FAR_AHEAD, taskOf, timerOf, withTasks, withWork } from './work-samples.ts';

const SYSTEM = { kind: 'system', name: 'system' };
const TESTER = { kind: 'program', name: 'tester' };

/** Command ids and effect keys are never used twice. */
let given = 0;
const fresh = (): string => `fresh-${++given}`;

const COMMITTED = { kind: 'committed' };
const CHANGED = { kind: 'stock-changed' };

export function exerciseStock(subject: StoreUnderTest): void {
  async function change(
    sku: string,
    kind: StockChange['kind'],
    value: number,
    options: Partial<StockChange> = {},
  ): Promise<StockVerdict> {
    const plain = { tenant: 1, sku, kind, value, reason: null, actor: 1, commandId: fresh(), key: null };
    return subject.store.changeStock({ ...plain, ...options });
  }

  /** Puts pieces into the house. */
  async function stock(pieces: Readonly<Record<string, number>>): Promise<void> {
    for (const [sku, onHand] of Object.entries(pieces)) {
      expect(await change(sku, 'set', onHand)).toMatchObject({ kind: 'changed' });
    }
  }

  async function balance(sku: string, tenant = 1): Promise<StockBalance | undefined> {
    return (await subject.store.loadStock([{ tenant, sku }]))[0];
  }

  /** On hand, reserved and version of each SKU. */
  async function figures(...skus: string[]): Promise<unknown[]> {
    const balances = await subject.store.loadStock(skus.map((sku) => ({ tenant: 1, sku })));
    return balances.map((one) => one && [one.onHand, one.reserved, one.version]);
  }

  const ledger = (sku: string, tenant = 1): Promise<readonly RecordedMovement[]> =>
    subject.store.movements({ tenant, sku, before: null, limit: 100 });

  /** Commits one unit with these entries for a new order. */
  async function commit(...entries: StockEntry[]): Promise<UnitVerdict> {
    return (await subject.store.commit([withStock(creation(), ...entries)]))[0] as UnitVerdict;
  }

  describe('stock of a unit', () => {
    it('is reserved, released and shipped, each with a line in the ledger', async () => {
      const { store } = subject;
      await stock({ 'A-1': 10 });
      const unit = withStock(creation(), move('reserve', 'A-1', 4, 'e'));
      const placed = await committed(store, unit);
      expect(await balance('A-1')).toEqual({ sku: 'A-1', onHand: 10, reserved: 4, version: 2 });
      const eased = await committed(store, withStock(step(placed, 'PAID'), move('release', 'A-1', 1, 'e')));
      expect(await figures('A-1')).toEqual([[10, 3, 3]]);
      await committed(store, withStock(step(eased, 'SHIPPED'), move('ship', 'A-1', 3, 'e')));
      expect(await figures('A-1')).toEqual([[7, 0, 4]]);
      const line = { sku: 'A-1', orderId: unit.orderId, at: store.now(), reason: null, actor: SYSTEM };
      const positions = (await ledger('A-1')).map(({ position }) => position);
      expect(await ledger('A-1')).toEqual([
        { ...line, kind: 'ship', onHand: -3, reserved: -3, effectKey: 'e', position: positions[0] },
        { ...line, kind: 'release', onHand: 0, reserved: -1, effectKey: 'e', position: positions[1] },
        { ...line, kind: 'reserve', onHand: 0, reserved: 4, effectKey: 'e', position: positions[2] },
        expect.objectContaining({ kind: 'set', onHand: 10, reserved: 0, orderId: null }),
      ]);
    });

    it('goes to the first of two units of one call that want the last piece', async () => {
      const { store } = subject;
      await stock({ 'A-1': 1 });
      const [first, second, other] = [creation(), creation(), creation()];
      expect(
        await store.commit([
          withStock(first, move('reserve', 'A-1', 1)),
          withStock(second, move('reserve', 'A-1', 1)),
          other,
        ]),
      ).toEqual([
        { kind: 'committed' },
        { kind: 'stock-changed', balances: [{ sku: 'A-1', onHand: 1, reserved: 1, version: 2 }] },
        { kind: 'committed' },
      ]);
      expect(await store.load([first, second, other])).toEqual([first.order, undefined, other.order]);
    });

    it('is never sold twice by commits that race', async () => {
      const { store } = subject;
      await stock({ 'A-1': 30 });
      const commits = Array.from({ length: 20 }, () =>
        store.commit(Array.from({ length: 3 }, () => withStock(creation(), move('reserve', 'A-1', 1)))),
      );
      const verdicts = (await Promise.all(commits)).flat();
      expect(verdicts.filter(({ kind }) => kind === 'committed')).toHaveLength(30);
      expect(verdicts.filter(({ kind }) => kind === 'stock-changed')).toHaveLength(30);
      expect(await figures('A-1')).toEqual([[30, 30, 31]]);
      expect(await ledger('A-1')).toHaveLength(31);
    });

    it('keeps a unit from being written that it does not suffice for, with everything in it', async () => {
      const { store } = subject;
      await stock({ 'A-1': 5, 'B-1': 1 });
      const unit = creation({ externalId: 'x' });
      const changed = withWork(unit, {
        tasks: [{ kind: 'add', task: taskOf(unit.order) }],
        timers: [{ kind: 'add', timer: timerOf(unit.order, FAR_AHEAD) }],
      });
      const key = keyRecord(unit);
      const short = withStock(withKeys(changed, key), move('reserve', 'A-1', 5), move('reserve', 'B-1', 2));
      const other = withStock(creation(), move('reserve', 'A-1', 1));
      expect(await store.commit([short, other]).then(inOrder)).toEqual([
        {
          kind: 'stock-changed',
          balances: [
            { sku: 'A-1', onHand: 5, reserved: 0, version: 1 },
            { sku: 'B-1', onHand: 1, reserved: 0, version: 1 },
          ],
        },
        { kind: 'committed' },
      ]);
      expect(await store.load([unit])).toEqual([undefined]);
      expect(await figures('A-1', 'B-1')).toEqual([
        [5, 1, 2],
        [1, 0, 1],
      ]);
      expect(await ledger('B-1')).toHaveLength(1);
      expect(await store.commit([keysOnly(unit.order, [], [key.hash])])).toEqual([{ kind: 'committed' }]);
      expect(await store.listTasks({ tenant: 1, after: null, limit: 9 })).toEqual([]);
      expect(await store.peekWork({ names: [], limit: 9 })).toMatchObject({ timers: [], nextAt: null });
      expect(await store.commit([creation({ externalId: 'x' })])).toEqual([{ kind: 'committed' }]);
    });

    it('leaves an order that exists as it was when it does not suffice', async () => {
      const { store } = subject;
      const unit = creation();
      const before = await committed(store, withTasks(unit, taskOf(unit.order)));
      const task = taskOf(unit.order);
      const moved = withWork(step(before, 'PAID'), { tasks: [{ kind: 'remove', task }] });
      expect(await store.commit([withStock(moved, move('reserve', 'A-1', 1))])).toEqual([
        { kind: 'stock-changed', balances: [] },
      ]);
      expect(await loaded(store, before)).toEqual(before);
    });

    it('is judged entry by entry, on what the entries before have left', async () => {
      await stock({ A: 5 });
      expect(await commit(move('reserve', 'A', 3, 'e1'), move('reserve', 'A', 3, 'e2'))).toMatchObject({
        kind: 'stock-changed',
        balances: [{ reserved: 0 }],
      });
      expect(await commit(move('reserve', 'A', 3, 'e1'), move('reserve', 'A', 2, 'e2'))).toEqual(COMMITTED);
      expect(await figures('A')).toEqual([[5, 5, 3]]);
      expect(await commit(move('reserve', 'A', 1), move('release', 'A', 1))).toMatchObject(CHANGED);
      expect(await commit(move('release', 'A', 1), move('reserve', 'A', 1))).toEqual(COMMITTED);
      expect(
        await commit(move('release', 'A', 2, 'e3'), enough('A', 2), move('reserve', 'A', 2, 'e3')),
      ).toEqual(COMMITTED);
      expect(await figures('A')).toEqual([[5, 5, 7]]);
    });

    it('is there as asserted, or the unit is not written', async () => {
      await stock({ A: 5 });
      expect(await commit(move('reserve', 'A', 2))).toEqual(COMMITTED);
      expect(await commit(enough('A', 3))).toEqual(COMMITTED);
      expect(await commit(enough('A', 4))).toEqual({
        kind: 'stock-changed',
        balances: [{ sku: 'A', onHand: 5, reserved: 2, version: 2 }],
      });
      expect(await commit(short('A', 4))).toEqual(COMMITTED);
      expect(await commit(short('A', 3))).toMatchObject(CHANGED);
      expect(await commit(move('reserve', 'A', 1, 'e9'), short('A', 3))).toEqual(COMMITTED);
      expect(await figures('A')).toEqual([[5, 3, 3]]);
      expect(await ledger('A')).toHaveLength(3);
    });

    it('is short of what was never there', async () => {
      expect(await commit(short('none', 1))).toEqual(COMMITTED);
      expect(await commit(enough('none', 1))).toEqual({ kind: 'stock-changed', balances: [] });
      for (const kind of ['reserve', 'release', 'ship'] as const) {
        expect(await commit(move(kind, 'none', 1)), kind).toEqual({ kind: 'stock-changed', balances: [] });
      }
      expect(await balance('none')).toBeUndefined();
      expect(await ledger('none')).toEqual([]);
    });

    it('gives back and ships no more than is reserved', async () => {
      await stock({ A: 5 });
      expect(await commit(move('reserve', 'A', 2))).toEqual(COMMITTED);
      for (const kind of ['release', 'ship'] as const) {
        expect(await commit(move(kind, 'A', 3)), kind).toMatchObject(CHANGED);
      }
      expect(await commit(move('ship', 'A', 2))).toEqual(COMMITTED);
      expect(await figures('A')).toEqual([[3, 0, 3]]);
    });

    it('names every SKU of the unit that exists when one of them does not suffice', async () => {
      await stock({ A: 1, B: 2, C: 3 });
      const { balances } = (await commit(
        enough('C', 1),
        move('reserve', 'A', 9),
        move('reserve', 'none', 1),
        short('B', 9),
        move('reserve', 'A', 1, 'e2'),
      )) as Extract<UnitVerdict, { kind: 'stock-changed' }>;
      expect(balances.map(({ sku }) => sku).sort()).toEqual(['A', 'B', 'C']);
    });

    it('shows a later unit of the call what the earlier ones have left', async () => {
      const { store } = subject;
      await stock({ A: 3 });
      const units: Unit[] = [
        withStock(creation(), move('reserve', 'A', 2)),
        withStock(creation(), move('reserve', 'A', 2)),
        withStock(creation(), short('A', 2)),
        withStock(creation(), move('ship', 'A', 2)),
        withStock(creation(), move('reserve', 'A', 1)),
        withStock(creation(), enough('A', 1)),
      ];
      const balances = (onHand: number, reserved: number, version: number) => ({
        kind: 'stock-changed',
        balances: [{ sku: 'A', onHand, reserved, version }],
      });
      expect(await store.commit(units)).toEqual([
        COMMITTED,
        balances(3, 2, 2),
        COMMITTED,
        COMMITTED,
        COMMITTED,
        balances(1, 1, 4),
      ]);
    });

    it('moves once by an effect: the unit that repeats it fails alone', async () => {
      const { store } = subject;
      await stock({ A: 9, B: 9 });
      const placed = await committed(store, withStock(creation(), move('reserve', 'A', 1, 'e1')));
      const again = withStock(
        step(placed, 'PAID'),
        move('reserve', 'B', 1, 'e1'),
        move('reserve', 'A', 1, 'e1'),
      );
      const other = withStock(creation(), move('reserve', 'A', 1, 'e2'));
      expect(await store.commit([again, other])).toEqual([
        { kind: 'failed', cause: expect.any(Error) },
        COMMITTED,
      ]);
      expect(await loaded(store, placed)).toEqual(placed);
      expect(await figures('A', 'B')).toEqual([
        [9, 2, 3],
        [9, 0, 1],
      ]);
      expect(await commit(move('reserve', 'A', 1, 'e3'), move('reserve', 'A', 1, 'e3'))).toMatchObject({
        kind: 'failed',
      });
      expect(await commit(move('reserve', 'B', 1, 'e1'))).toEqual(COMMITTED);
      expect(await commit(move('release', 'A', 1, 'e1'), move('ship', 'A', 1, 'e1'))).toEqual(COMMITTED);
      expect(await figures('A', 'B')).toEqual([
        [8, 0, 5],
        [9, 1, 2],
      ]);
    });

    it('is another in another tenant', async () => {
      const { store } = subject;
      await stock({ A: 1 });
      await change('A', 'set', 7, { tenant: 2 });
      const foreign = withStock(creation({ tenant: 2 }), move('reserve', 'A', 3, 'e1'));
      const own = withStock(creation(), move('reserve', 'A', 1, 'e2'));
      expect(await store.commit([foreign, own])).toEqual([COMMITTED, COMMITTED]);
      expect(await figures('A')).toEqual([[1, 1, 2]]);
      expect(await balance('A', 2)).toEqual({ sku: 'A', onHand: 7, reserved: 3, version: 2 });
      expect((await ledger('A', 2)).map(({ kind }) => kind)).toEqual(['reserve', 'set']);
      expect((await ledger('A')).map(({ effectKey }) => effectKey)[0]).toBe('e2');
      expect([await ledger('A', 3), await balance('A', 3)]).toEqual([[], undefined]);
    });

    it('agrees with the sum of its ledger after many units that did and did not get theirs', async () => {
      const { store } = subject;
      const skus = ['A', 'B', 'C'];
      await stock({ A: 12, B: 20, C: 6 });
      const placed: LiveOrder[] = [];
      for (let round = 0; round < 12; round++) {
        const units = Array.from({ length: 5 }, (_, index) =>
          withStock(
            creation(),
            ...skus
              .slice(index % 3)
              .map((sku) => move('reserve', sku, 1 + (round % 2), `r${round}-${index}`)),
          ),
        );
        const verdicts = await store.commit(units);
        placed.push(
          ...units.filter((_, index) => verdicts[index]?.kind === 'committed').map(({ order }) => order),
        );
        await change(skus[round % 3] as string, 'adjust', (round % 5) - 1);
      }
      expect(placed.length).toBeGreaterThan(5);
      for (const sku of skus) {
        const lines = await ledger(sku);
        const sum = (side: 'onHand' | 'reserved') => lines.reduce((total, line) => total + line[side], 0);
        const now = (await balance(sku)) as StockBalance;
        expect(now).toEqual({ sku, onHand: sum('onHand'), reserved: sum('reserved'), version: lines.length });
        expect(now.reserved).toBeLessThanOrEqual(now.onHand);
      }
    });
  });

  describe('a change of stock', () => {
    it('sets and adjusts what is in the house, each as a movement of whoever asked', async () => {
      const { store } = subject;
      const at = store.now();
      expect(await change('A', 'set', 10, { reason: 'stocktaking “½”', commandId: 'c-set' })).toEqual({
        kind: 'changed',
        balance: { sku: 'A', onHand: 10, reserved: 0, version: 1 },
      });
      subject.skewMs = 5;
      expect(await change('A', 'adjust', -3, { commandId: 'c-down', actor: 0 })).toEqual({
        kind: 'changed',
        balance: { sku: 'A', onHand: 7, reserved: 0, version: 2 },
      });
      expect(await change('A', 'set', 9, { commandId: 'c-again' })).toMatchObject({ balance: { onHand: 9 } });
      const plain = { sku: 'A', reserved: 0, orderId: null, position: expect.any(Number) };
      expect(await ledger('A')).toEqual([
        { ...plain, kind: 'set', onHand: 2, effectKey: 'c-again', at: at + 5, reason: null, actor: TESTER },
        {
          ...plain,
          kind: 'adjust',
          onHand: -3,
          effectKey: 'c-down',
          at: at + 5,
          reason: null,
          actor: SYSTEM,
        },
        {
          ...plain,
          kind: 'set',
          onHand: 10,
          effectKey: 'c-set',
          at,
          reason: 'stocktaking “½”',
          actor: TESTER,
        },
      ]);
    });

    it('creates a SKU that was never there, even with nothing', async () => {
      expect(await change('A', 'set', 0)).toEqual({
        kind: 'changed',
        balance: { sku: 'A', onHand: 0, reserved: 0, version: 1 },
      });
      expect(await change('B', 'adjust', 4)).toMatchObject({ balance: { onHand: 4, version: 1 } });
      expect(await change('C', 'adjust', 0)).toMatchObject({ balance: { onHand: 0, version: 1 } });
      for (const sku of ['A', 'B', 'C']) expect(await ledger(sku)).toHaveLength(1);
      expect(await change('D', 'adjust', -1)).toEqual({ kind: 'refused', balance: undefined });
      expect([await balance('D'), await ledger('D')]).toEqual([undefined, []]);
    });

    it('that moves nothing writes no movement and leaves the version', async () => {
      await stock({ A: 3 });
      const same = { kind: 'changed', balance: { sku: 'A', onHand: 3, reserved: 0, version: 1 } };
      expect(await change('A', 'set', 3)).toEqual(same);
      expect(await change('A', 'adjust', 0)).toEqual(same);
      expect(await ledger('A')).toHaveLength(1);
    });

    it('is refused below what is reserved, below nothing and above what is allowed', async () => {
      await stock({ A: 5 });
      expect(await commit(move('reserve', 'A', 3))).toEqual(COMMITTED);
      const refused = { kind: 'refused', balance: { sku: 'A', onHand: 5, reserved: 3, version: 2 } };
      for (const value of [2, 0, -1, ON_HAND_MAX + 1])
        expect(await change('A', 'set', value)).toEqual(refused);
      for (const value of [-3, -5, -6, ON_HAND_MAX - 4]) {
        expect(await change('A', 'adjust', value)).toEqual(refused);
      }
      expect(await ledger('A')).toHaveLength(2);
      expect(await change('A', 'adjust', -2)).toMatchObject({ balance: { onHand: 3, reserved: 3 } });
      expect(await change('A', 'set', ON_HAND_MAX)).toMatchObject({ balance: { onHand: ON_HAND_MAX } });
      expect(await change('A', 'adjust', 1)).toMatchObject({ kind: 'refused' });
      expect(await change('A', 'set', 3)).toMatchObject({ balance: { onHand: 3, version: 5 } });
      expect(await change('B', 'set', ON_HAND_MAX + 1)).toEqual({ kind: 'refused', balance: undefined });
    });

    it('is answered again under its key, and moves nothing the second time', async () => {
      const key = orderlessKey();
      const first = await change('A', 'adjust', 4, { key });
      const again = await change('A', 'adjust', 4, { key: orderlessKey({ hash: key.hash }) });
      if (first.kind !== 'changed' || again.kind !== 'key-taken') throw new Error('the key was not kept');
      const { answer, ...rest } = again.taken;
      expect({ ...rest, answer: null }).toEqual(key);
      expect(JSON.parse(answer as string)).toEqual(first.balance);
      expect(await figures('A')).toEqual([[4, 0, 1]]);
    });

    it('keeps its key where it moves nothing, and leaves it free where it is refused', async () => {
      await stock({ A: 4 });
      const [kept, free] = [orderlessKey(), orderlessKey()];
      expect(await change('A', 'set', 4, { key: kept })).toMatchObject({ kind: 'changed' });
      expect(await change('A', 'set', 9, { key: kept })).toMatchObject({ kind: 'key-taken' });
      expect(await change('A', 'set', -1, { key: free })).toMatchObject({ kind: 'refused' });
      expect(await change('A', 'set', 9, { key: free })).toMatchObject({ kind: 'changed' });
    });

    it('takes over a key that has expired', async () => {
      const key = orderlessKey({ expiresAt: subject.store.now() + 1_000 });
      await change('A', 'set', 4, { key });
      subject.skewMs = 1_000;
      expect(await change('A', 'set', 5, { key })).toMatchObject({ kind: 'changed', balance: { onHand: 5 } });
    });

    it('is seen by the next commit', async () => {
      await stock({ A: 1 });
      expect(await commit(move('reserve', 'A', 2))).toMatchObject(CHANGED);
      await change('A', 'adjust', 1);
      expect(await commit(move('reserve', 'A', 2))).toEqual(COMMITTED);
    });
  });

  describe('reading stock', () => {
    it('gives balances in the order asked for, and undefined for what was never there', async () => {
      await stock({ A: 1, B: 2 });
      expect(await figures('B', 'none', 'A', 'B')).toEqual([[2, 0, 1], undefined, [1, 0, 1], [2, 0, 1]]);
      expect(await subject.store.loadStock([])).toEqual([]);
    });

    it('pages through the SKUs of a tenant in the order of code points', async () => {
      const { store } = subject;
      // As UTF-16 the last but one would come after the last.
      const skus = ['10', '9', 'A', 'a', 'a b', 'aa', 'é', '\uff5e', '😀'];
      for (const sku of [...skus].reverse()) await stock({ [sku]: 1 });
      await change('foreign', 'set', 1, { tenant: 2 });
      const all = await store.listStock({ tenant: 1, after: null, limit: 100 });
      expect(all.map(({ sku }) => sku)).toEqual(skus);
      expect(all[0]).toEqual({ sku: '10', onHand: 1, reserved: 0, version: 1 });
      const seen: string[] = [];
      for (let after: string | null = null; ; ) {
        const page = await store.listStock({ tenant: 1, after, limit: 2 });
        seen.push(...page.map(({ sku }) => sku));
        after = page.at(-1)?.sku ?? null;
        if (after === null) break;
      }
      expect(seen).toEqual(skus);
      expect(await store.listStock({ tenant: 1, after: 'aZ', limit: 1 })).toMatchObject([{ sku: 'aa' }]);
    });

    it('pages through the movements of a SKU, newest first', async () => {
      const { store } = subject;
      await stock({ A: 1, B: 1 });
      for (let count = 2; count <= 25; count++) await stock({ A: count, B: count });
      const all = await ledger('A');
      expect(all.map(({ onHand }) => onHand)).toEqual(Array.from({ length: 25 }, () => 1));
      const positions = all.map(({ position }) => position);
      expect(positions).toEqual([...positions].sort((one, other) => other - one));
      expect(new Set(positions).size).toBe(25);
      const page = (before: number | null) => store.movements({ tenant: 1, sku: 'A', before, limit: 10 });
      expect(await page(null)).toEqual(all.slice(0, 10));
      expect(await page(positions[9] as number)).toEqual(all.slice(10, 20));
      expect(await page(positions[19] as number)).toEqual(all.slice(20));
      expect(await page(positions[24] as number)).toEqual([]);
    });

    it('has all of it when the store is opened again', async ({ skip }) => {
      if (subject.reopen === null) return skip('this store keeps nothing');
      await stock({ A: 5 });
      expect(await commit(move('reserve', 'A', 3, 'e1'))).toEqual(COMMITTED);
      const before = await ledger('A');
      await subject.reopen();
      expect(await figures('A')).toEqual([[5, 3, 2]]);
      expect(await ledger('A')).toEqual(before);
      expect(await commit(move('reserve', 'A', 1, 'e1'))).toMatchObject({ kind: 'failed' });
      expect(await commit(move('reserve', 'A', 3, 'e2'))).toMatchObject(CHANGED);
    });
  });
}

function move(kind: OrderMovement['kind'], sku: string, qty: number, effectKey = fresh()): OrderMovement {
  return { kind, sku, qty, effectKey };
}

function enough(sku: string, qty: number): StockEntry {
  return { kind: 'enough', sku, qty };
}

function short(sku: string, qty: number): StockEntry {
  return { kind: 'short', sku, qty };
}

/** Verdicts with the balances of each by SKU, which the port leaves open. */
function inOrder(verdicts: readonly UnitVerdict[]): UnitVerdict[] {
  return verdicts.map((verdict) =>
    verdict.kind === 'stock-changed'
      ? { ...verdict, balances: [...verdict.balances].sort((one, other) => (one.sku < other.sku ? -1 : 1)) }
      : verdict,
  );
}
