import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../order/chain.ts';
import { systemDigest } from '../../ports/system.ts';
import { creation, edition, keyRecord, step, withKeys } from './samples.ts';
import type { StoreUnderTest } from './subject.ts';

const WHOLE_TRAIL = { direction: 'asc', after: null, limit: 1_000 } as const;

export function exerciseCommit(subject: StoreUnderTest): void {
  describe('commit', () => {
    it('gives back an order and its events exactly as they were written', async () => {
      const { store } = subject;
      const unit = creation({ customerId: 'c-1', externalId: 'x-1' });
      expect(await store.commit([unit])).toEqual([{ kind: 'committed' }]);
      expect(await store.load([unit])).toEqual([unit.order]);
      const moved = step(unit.order, 'PAID', 3);
      expect(await store.commit([moved])).toEqual([{ kind: 'committed' }]);
      expect(await store.load([unit])).toEqual([moved.order]);
      const trail = await store.trail({ ...WHOLE_TRAIL, tenant: 1, orderId: unit.orderId });
      const actor = { kind: 'program', name: 'tester' };
      expect(trail).toEqual([...unit.events, ...moved.events].map((event) => ({ ...event, actor })));
      expect(verifyChain(moved.order, trail, systemDigest)).toEqual([]);
    });

    it('writes many units in one call, each with its own verdict', async () => {
      const { store } = subject;
      const units = Array.from({ length: 200 }, () => creation());
      expect(await store.commit(units)).toEqual(units.map(() => ({ kind: 'committed' })));
      expect(await store.load(units)).toEqual(units.map(({ order }) => order));
    });

    it('edits the body and keeps the rest', async () => {
      const { store } = subject;
      const unit = creation({ customerId: 'c-1', externalId: 'x-1' });
      await store.commit([unit]);
      const edited = edition(unit.order, null, [{ sku: 'B', qty: 1, price: '1.00' }]);
      expect(await store.commit([edited])).toEqual([{ kind: 'committed' }]);
      const moved = step(edited.order, 'PAID');
      await store.commit([moved]);
      expect(await store.load([unit])).toEqual([moved.order]);
    });

    it('answers a stale version with the row as it is, and writes nothing of the unit', async () => {
      const { store } = subject;
      const unit = creation();
      await store.commit([unit]);
      const [first, second] = [step(unit.order, 'PAID'), step(unit.order, 'SHIPPED')];
      const key = keyRecord(second);
      const other = creation();
      expect(await store.commit([first])).toEqual([{ kind: 'committed' }]);
      expect(await store.commit([withKeys(second, key), other])).toEqual([
        { kind: 'conflict', current: first.order },
        { kind: 'committed' },
      ]);
      expect(await store.trail({ ...WHOLE_TRAIL, tenant: 1, orderId: unit.orderId })).toHaveLength(2);
      expect(await store.commit([withKeys(step(first.order, 'DONE'), key)])).toEqual([{ kind: 'committed' }]);
    });

    it('answers a conflict for a created order that exists and for a moved one that does not', async () => {
      const { store } = subject;
      const unit = creation();
      await store.commit([unit]);
      expect(await store.commit([unit])).toEqual([{ kind: 'conflict', current: unit.order }]);
      expect(await store.commit([step(creation().order, 'PAID')])).toEqual([
        { kind: 'conflict', current: undefined },
      ]);
    });

    it('lets exactly one of many racing writers win each version', async () => {
      const { store } = subject;
      const unit = creation();
      await store.commit([unit]);
      const racers = Array.from({ length: 50 }, () => step(unit.order, 'PAID'));
      const verdicts = (await Promise.all(racers.map((racer) => store.commit([racer])))).flat();
      expect(verdicts.filter(({ kind }) => kind === 'committed')).toHaveLength(1);
      const [row] = await store.load([unit]);
      expect(row?.version).toBe(2);
      expect(await store.trail({ ...WHOLE_TRAIL, tenant: 1, orderId: unit.orderId })).toHaveLength(2);
    });

    it('gives an external id to one order of a tenant, also within one call', async () => {
      const { store } = subject;
      const [first, second, foreign] = [
        creation({ externalId: 'x' }),
        creation({ externalId: 'x' }),
        creation({ externalId: 'x', tenant: 2 }),
      ];
      const taken = { kind: 'external-id-taken', orderId: first.orderId };
      expect(await store.commit([first, second, foreign])).toEqual([
        { kind: 'committed' },
        taken,
        { kind: 'committed' },
      ]);
      expect(await store.commit([second])).toEqual([taken]);
      expect(await store.load([second])).toEqual([undefined]);
    });

    it('shows no tenant the orders of another', async () => {
      const { store } = subject;
      const unit = creation();
      await store.commit([unit]);
      expect(await store.load([{ tenant: 2, orderId: unit.orderId }])).toEqual([undefined]);
      expect(await store.trail({ ...WHOLE_TRAIL, tenant: 2, orderId: unit.orderId })).toEqual([]);
      const foreign = { ...step(unit.order, 'PAID'), tenant: 2 };
      expect(await store.commit([foreign])).toEqual([{ kind: 'conflict', current: undefined }]);
      expect(await store.load([unit])).toEqual([unit.order]);
    });

    it('finds out whether a command was written', async () => {
      const { store } = subject;
      const unit = creation();
      await store.commit([unit]);
      const commandId = unit.events[0]?.payload?.commandId ?? '';
      expect(await store.lookup(unit, 1, commandId)).toBe(true);
      expect(await store.lookup(unit, 1, 'another')).toBe(false);
      expect(await store.lookup(unit, 2, commandId)).toBe(false);
      expect(await store.lookup(creation(), 1, commandId)).toBe(false);
    });

    it('has all that was committed when it is opened again', async ({ skip }) => {
      if (subject.reopen === null) return skip('this store keeps nothing');
      const unit = creation();
      await subject.store.commit([unit]);
      const moved = step(unit.order, 'PAID', 5);
      await subject.store.commit([moved]);
      await subject.reopen();
      expect(await subject.store.load([unit])).toEqual([moved.order]);
      expect(await subject.store.commit([step(moved.order, 'DONE')])).toEqual([{ kind: 'committed' }]);
      expect(await subject.store.trail({ ...WHOLE_TRAIL, tenant: 1, orderId: unit.orderId })).toHaveLength(7);
    });
  });
}
