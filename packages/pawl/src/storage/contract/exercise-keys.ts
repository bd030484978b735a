import { describe, expect, it } from 'vitest';
import { creation, keyRecord, keysOnly, step, withKeys } from './samples.ts';
import type { StoreUnderTest } from './subject.ts';

export function exerciseKeys(subject: StoreUnderTest): void {
  describe('idempotency keys', () => {
    it('are taken by the unit that writes them and shown to the next one, which is not written', async () => {
      const { store } = subject;
      const first = creation();
      const key = keyRecord(first, { answer: '{"code":"x"}', version: 7 });
      await store.commit([withKeys(first, key)]);
      const second = withKeys(creation(), keyRecord(first, { hash: key.hash }), keyRecord(first));
      expect(await store.commit([second])).toEqual([{ kind: 'key-taken', taken: [key] }]);
      expect(await store.load([second])).toEqual([undefined]);
    });

    it('go to the first of two units of one call', async () => {
      const { store } = subject;
      const [first, second] = [creation(), creation()];
      const key = keyRecord(first);
      const rival = keyRecord(second, { hash: key.hash });
      expect(await store.commit([withKeys(first, key), withKeys(second, rival)])).toEqual([
        { kind: 'committed' },
        { kind: 'key-taken', taken: [key] },
      ]);
    });

    it('come before a stale version: a retry is answered by its record, not by a conflict', async () => {
      const { store } = subject;
      const unit = creation();
      await store.commit([unit]);
      const moved = step(unit.order, 'PAID');
      const key = keyRecord(moved);
      await store.commit([withKeys(moved, key)]);
      expect(await store.commit([withKeys(step(unit.order, 'PAID'), key)])).toEqual([
        { kind: 'key-taken', taken: [key] },
      ]);
    });

    it('can be written, and looked for, without a change of the order', async () => {
      const { store } = subject;
      const unit = creation();
      await store.commit([unit]);
      const [written, free] = [keyRecord(unit), keyRecord(unit)];
      expect(await store.commit([keysOnly(unit.order, [written])])).toEqual([{ kind: 'committed' }]);
      expect(await store.commit([keysOnly(unit.order, [], [free.hash])])).toEqual([{ kind: 'committed' }]);
      expect(await store.commit([keysOnly(unit.order, [], [free.hash, written.hash])])).toEqual([
        { kind: 'key-taken', taken: [written] },
      ]);
      expect(await store.load([unit])).toEqual([unit.order]);
    });

    it('are as if never used once they have expired, swept or not', async () => {
      const { store } = subject;
      const unit = creation();
      const key = keyRecord(unit, { expiresAt: store.now() + 1_000 });
      await store.commit([withKeys(unit, key)]);
      subject.skewMs = 2_000;
      const again = keyRecord(unit, { hash: key.hash, expiresAt: store.now() + 1_000 });
      expect(await store.commit([keysOnly(unit.order, [again])])).toEqual([{ kind: 'committed' }]);
      expect(await store.commit([keysOnly(unit.order, [key])])).toEqual([
        { kind: 'key-taken', taken: [again] },
      ]);
    });

    it('are swept in bounded batches when they have expired, and only then', async () => {
      const { store } = subject;
      const unit = creation();
      const expiring = Array.from({ length: 25 }, () => keyRecord(unit, { expiresAt: store.now() + 1_000 }));
      await store.commit([withKeys(unit, ...expiring)]);
      expect(await store.expireKeys(10)).toBe(0);
      subject.skewMs = 2_000;
      const lasting = keyRecord(unit, { expiresAt: store.now() + 60_000 });
      await store.commit([keysOnly(unit.order, [lasting])]);
      expect([await store.expireKeys(10), await store.expireKeys(100), await store.expireKeys(100)]).toEqual([
        10, 15, 0,
      ]);
      expect(await store.commit([keysOnly(unit.order, [lasting])])).toEqual([
        { kind: 'key-taken', taken: [lasting] },
      ]);
    });

    it('that outlive those written after them do not keep these', async () => {
      const { store } = subject;
      const unit = creation();
      const lasting = keyRecord(unit, { expiresAt: store.now() + 3_600_000 });
      const expiring = Array.from({ length: 5 }, () => keyRecord(unit, { expiresAt: store.now() + 1_000 }));
      await store.commit([withKeys(unit, lasting, ...expiring)]);
      subject.skewMs = 2_000;
      expect(await store.expireKeys(100)).toBe(5);
      expect(await store.commit([keysOnly(unit.order, [lasting])])).toEqual([
        { kind: 'key-taken', taken: [lasting] },
      ]);
    });

    it('are still taken when the store is opened again', async ({ skip }) => {
      if (subject.reopen === null) return skip('this store keeps nothing');
      const unit = creation();
      const key = keyRecord(unit);
      await subject.store.commit([withKeys(unit, key)]);
      await subject.reopen();
      expect(await subject.store.commit([keysOnly(unit.order, [key])])).toEqual([
        { kind: 'key-taken', taken: [key] },
      ]);
    });
  });
}
