import type { DatabaseSync } from 'node:sqlite';
import type { UnitVerdict } from '../../../ports/store.ts';
import { concernsOneUnit, storeError } from '../errors.ts';
import type { WireUnit } from '../threads/wire.ts';
import type { Interned } from './interned.ts';
import type { Move, Moves } from './moves.ts';
import type { Balances } from './stock/balances.ts';
import { inSavepoint, inTransaction } from './transaction.ts';
import type { Units } from './units.ts';

/** The units of one commit call, with the time that decides which keys have expired. */
export interface CommitCall {
  readonly now: number;
  readonly units: readonly WireUnit[];
}

export interface BatchParts {
  readonly database: DatabaseSync;
  readonly units: Units;
  readonly interned: Interned;
  readonly balances: Balances;
  readonly moves: Moves;
}

type WriteUnit = (unit: WireUnit, now: number, moves: Move[]) => UnitVerdict;

/** Writes the units of many commit calls in one transaction. */
export class Batch {
  readonly #database: DatabaseSync;
  readonly #units: Units;
  readonly #interned: Interned;
  readonly #balances: Balances;
  readonly #moves: Moves;

  constructor({ database, units, interned, balances, moves }: BatchParts) {
    this.#database = database;
    this.#units = units;
    this.#interned = interned;
    this.#balances = balances;
    this.#moves = moves;
  }

  /**
   * The verdicts of each call, once they are durable.
   * @throws what concerns all of them: a full disk, a failing one. Nothing is written then.
   */
  commit(calls: readonly CommitCall[]): readonly (readonly UnitVerdict[])[] {
    try {
      return this.#attempt(calls, (unit, now, moves) => this.#units.write(unit, now, moves));
    } catch (error) {
      if (!concernsOneUnit(error)) throw error;
      // One of them cannot be written. A savepoint around each finds it and spares the others; that costs too much to do always.
      return this.#attempt(calls, (unit, now, moves) => this.#writeGuarded(unit, now, moves));
    }
  }

  #attempt(calls: readonly CommitCall[], write: WriteUnit): readonly (readonly UnitVerdict[])[] {
    const moves: Move[] = [];
    try {
      const verdicts = inTransaction(this.#database, () => {
        const all = calls.map(({ now, units }) => units.map((unit) => write(unit, now, moves)));
        this.#balances.flush();
        return all;
      });
      this.#moves.add(moves);
      return verdicts;
    } catch (error) {
      this.#interned.forget();
      throw error;
    } finally {
      this.#balances.forget();
    }
  }

  #writeGuarded(unit: WireUnit, now: number, moves: Move[]): UnitVerdict {
    const before = moves.length;
    try {
      return inSavepoint(this.#database, () => this.#units.write(unit, now, moves));
    } catch (error) {
      if (!concernsOneUnit(error)) throw error;
      moves.length = before;
      this.#interned.forget();
      return { kind: 'failed', cause: storeError(`cannot write ${unit.orderId}`, error) };
    }
  }
}
