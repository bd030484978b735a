import { describe, expect, it } from 'vitest';
import { ON_HAND_MAX, type StockBalance } from '../../../order/stock.ts';
import { orderlessKey } from '../samples.ts';
import { allPages, type StoreUnderTest } from '../subject.ts';
import { CHANGED, COMMITTED, move, warehouseOn } from './warehouse.ts';

const SYSTEM = { kind: 'system', name: 'system' };
const TESTER = { kind: 'program', name: 'tester' };

export function exerciseStockChanges(subject: StoreUnderTest): void {
  const { change, stock, balance, figures, ledger, commit } = warehouseOn(subject);

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
      const seen = await allPages((last: StockBalance | undefined) =>
        store.listStock({ tenant: 1, after: last?.sku ?? null, limit: 2 }),
      );
      expect(seen).toEqual(all);
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
