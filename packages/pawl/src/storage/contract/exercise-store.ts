import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { StoreUnavailableError } from '../../ports/store.ts';
import { systemClock } from '../../ports/system.ts';
import { exerciseCommit } from './exercise-commit.ts';
import { exerciseDeadLetters } from './exercise-dead-letters.ts';
import { exerciseExamination, LOOK } from './exercise-examination.ts';
import { exerciseKeys } from './exercise-keys.ts';
import { exerciseReads } from './exercise-reads.ts';
import { WORKFLOW_HASH } from './samples.ts';
import { exerciseStockChanges } from './stock/exercise-stock-changes.ts';
import { exerciseUnitStock } from './stock/exercise-unit-stock.ts';
import type { StoreUnderTest } from './subject.ts';
import { exerciseClaims } from './work/exercise-claims.ts';
import { exerciseDue } from './work/exercise-due.ts';
import { exerciseHeldTasks } from './work/exercise-held-tasks.ts';
import { exerciseLists } from './work/exercise-lists.ts';
import { exerciseWork } from './work/exercise-work.ts';

/** How a suite gets the store that it is about. */
export interface StoreFixture {
  readonly name: string;
  /** Opens an empty store that tells the time by the clock. */
  open(clock: Clock): Promise<Store>;
  /** Closes the store and opens the same data again; absent where closing loses it. */
  reopen?(store: Store, clock: Clock): Promise<Store>;
  /** Removes what `open` left behind. */
  cleanUp?(): Promise<void>;
}

/** The one suite that every store passes. Call it at the top of a test file. */
export function exerciseStore(fixture: StoreFixture): void {
  describe(`the ${fixture.name} store`, () => {
    const subject = { skewMs: 0 } as StoreUnderTest;
    let startedAt = 0;
    const clock: Clock = { ...systemClock, now: () => startedAt + subject.skewMs };

    beforeEach(async () => {
      startedAt = systemClock.now();
      subject.skewMs = 0;
      subject.store = await fixture.open(clock);
      const { reopen } = fixture;
      const again = async (open: NonNullable<typeof reopen>): Promise<void> => {
        subject.store = await open(subject.store, clock);
      };
      subject.reopen = reopen === undefined ? null : () => again(reopen);
      await subject.store.deploy({
        tenant: 0,
        name: 'sample',
        hash: WORKFLOW_HASH,
        content: '{}',
        unlessEver: true,
      });
      await subject.store.internTenant('default');
      await subject.store.internActor(1, 'program', 'tester');
      await subject.store.internActor(2, 'program', 'tester');
    });
    afterEach(async () => {
      await subject.store.close();
      await fixture.cleanUp?.();
    });

    exerciseCommit(subject);
    exerciseKeys(subject);
    exerciseReads(subject);
    exerciseWork(subject);
    exerciseClaims(subject);
    exerciseHeldTasks(subject);
    exerciseDue(subject);
    exerciseLists(subject);
    exerciseDeadLetters(subject);
    exerciseExamination(subject);
    exerciseUnitStock(subject);
    exerciseStockChanges(subject);
    exerciseIdentity(subject);
  });
}

function exerciseIdentity(subject: StoreUnderTest): void {
  describe('identity and life-cycle', () => {
    it('numbers tenants and actors once, from 1, also when asked at the same time', async () => {
      const { store } = subject;
      const tenants = await Promise.all(
        ['acme', 'acme', 'other', 'default'].map((name) => store.internTenant(name)),
      );
      expect(tenants[0]).toBe(tenants[1]);
      expect(new Set(tenants).size).toBe(3);
      expect(tenants[3]).toBe(1);
      const [one, same, system] = await Promise.all([
        store.internActor(1, 'api_key', 'ann'),
        store.internActor(1, 'api_key', 'ann'),
        store.internActor(1, 'system', 'ann'),
      ]);
      expect(one).toBe(same);
      expect(system).not.toBe(one);
    });

    it('deploys a content once in a row, and with unlessEver once at all', async () => {
      const { store } = subject;
      const first = await store.deploy({
        tenant: 1,
        name: 'w',
        hash: 'a'.repeat(64),
        content: '1',
        unlessEver: false,
      });
      const again = await store.deploy({
        tenant: 1,
        name: 'w',
        hash: 'a'.repeat(64),
        content: '1',
        unlessEver: false,
      });
      const second = await store.deploy({
        tenant: 1,
        name: 'w',
        hash: 'b'.repeat(64),
        content: '2',
        unlessEver: false,
      });
      const ever = await store.deploy({
        tenant: 1,
        name: 'w',
        hash: 'a'.repeat(64),
        content: '1',
        unlessEver: true,
      });
      const back = await store.deploy({
        tenant: 1,
        name: 'w',
        hash: 'a'.repeat(64),
        content: '1',
        unlessEver: false,
      });
      expect([first, again, second, ever, back].map((d) => [d.created, d.definition.version])).toEqual([
        [true, 1],
        [false, 1],
        [true, 2],
        [false, 1],
        [true, 3],
      ]);
      const own = (await store.definitions(0)).filter(({ tenant }) => tenant === 1);
      expect(own.map(({ name, version, content }) => [name, version, content])).toEqual([
        ['w', 1, '1'],
        ['w', 2, '2'],
        ['w', 3, '1'],
      ]);
    });

    it('tells what was deployed since, in the order of deployment', async () => {
      const { store } = subject;
      const deploy = async (tenant: number, name: string): Promise<number> => {
        const definition = { tenant, name, hash: 'd'.repeat(64), content: name, unlessEver: false };
        return (await store.deploy(definition)).definition.number;
      };
      const numbers = [await deploy(2, 'z'), await deploy(1, 'b'), await deploy(0, 'y')];
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      const since = async (after: number) =>
        (await store.definitions(after)).map(({ number, name }) => [number, name]);
      const all = numbers.map((number, index) => [number, 'zby'[index]]);
      expect((await since(0)).slice(-3)).toEqual(all);
      expect(await since(numbers[0] ?? 0)).toEqual(all.slice(1));
      expect(await since(numbers[2] ?? 0)).toEqual([]);
    });

    it('numbers a tenant’s own versions on from the shared ones of that name', async () => {
      const { store } = subject;
      const deploy = async (tenant: number, hash: string): Promise<number> => {
        const definition = { tenant, name: 'w', hash: hash.repeat(64), content: hash, unlessEver: false };
        return (await store.deploy(definition)).definition.version;
      };
      expect([
        await deploy(0, 'a'),
        await deploy(0, 'b'),
        await deploy(1, 'c'),
        await deploy(2, 'c'),
      ]).toEqual([1, 2, 3, 3]);
      expect([await deploy(0, 'd'), await deploy(1, 'e')]).toEqual([3, 4]);
    });

    it('keeps its secret, its numbers and its definitions when it is opened again', async ({ skip }) => {
      if (subject.reopen === null) return skip('this store keeps nothing');
      const secret = await subject.store.secret();
      const acme = await subject.store.internTenant('acme');
      await subject.reopen();
      expect(await subject.store.secret()).toBe(secret);
      expect(secret).toMatch(/^[0-9a-f]{64}$/);
      expect(await subject.store.internTenant('acme')).toBe(acme);
      expect(await subject.store.definitions(0)).toHaveLength(1);
    });

    it('answers a ping while it is open and refuses every call after closing', async () => {
      const { store } = subject;
      await store.ping();
      await store.close();
      await store.close();
      await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
      await expect(store.commit([])).rejects.toThrow(StoreUnavailableError);
      await expect(store.load([])).rejects.toThrow(StoreUnavailableError);
      await expect(store.peekWork({ names: [], limit: 1 })).rejects.toThrow(StoreUnavailableError);
      await expect(store.updateTasks([])).rejects.toThrow(StoreUnavailableError);
      await expect(store.loadStock([])).rejects.toThrow(StoreUnavailableError);
      await expect(store.examine(LOOK)).rejects.toThrow(StoreUnavailableError);
    });
  });
}
