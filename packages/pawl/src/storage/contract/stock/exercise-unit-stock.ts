import { describe, expect, it } from 'vitest';
import type { StockBalance } from '../../../order/stock.ts';
import type { LiveOrder } from '../../../order/work.ts';
import type { Unit, UnitVerdict } from '../../../ports/store.ts';
import { creation, keyRecord, keysOnly, step, withKeys, withStock } from '../samples.ts';
import { committed, loaded, type StoreUnderTest } from '../subject.ts';
import { FAR_AHEAD, taskOf, timerOf, withTasks, withWork } from '../work/samples.ts';
import { CHANGED, COMMITTED, enough, move, short, warehouseOn } from './warehouse.ts';

const SYSTEM = { kind: 'system', name: 'system' };

export function exerciseUnitStock(subject: StoreUnderTest): void {
  const { change, stock, balance, figures, ledger, commit } = warehouseOn(subject);

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
}

/** Verdicts with the balances of each by SKU, which the port leaves open. */
function inOrder(verdicts: readonly UnitVerdict[]): UnitVerdict[] {
  return verdicts.map((verdict) =>
    verdict.kind === 'stock-changed'
      ? { ...verdict, balances: [...verdict.balances].sort((one, other) => (one.sku < other.sku ? -1 : 1)) }
      : verdict,
  );
}
