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

/** Something else that is to be durable before it is answered. A second attempt writes it again. */
export interface WriteCall {
  readonly write: () => unknown;
}

/** Instead of the answer of a call that alone could not be written. */
export class CallFailed {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

export interface BatchParts {
  readonly database: DatabaseSync;
  readonly units: Units;
  readonly interned: Interned;
  readonly balances: Balances;
  readonly moves: Moves;
}

/** How an attempt treats a unit, and another call. */
interface Writing {
  unit(unit: WireUnit, now: number, moves: Move[]): UnitVerdict;
  call(call: WriteCall): unknown;
}

/** Writes the units of many commit calls, and what else has come in, in one transaction. */
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
   * The verdicts or the answer of each call, once they are durable.
   * @throws what concerns all of them: a full disk, a failing one. Nothing is written then.
   */
  commit(calls: readonly CommitCall[]): readonly (readonly UnitVerdict[])[];
  commit(calls: readonly (CommitCall | WriteCall)[]): readonly unknown[];
  commit(calls: readonly (CommitCall | WriteCall)[]): readonly unknown[] {
    try {
      return this.#attempt(calls, {
        unit: (unit, now, moves) => this.#units.write(unit, now, moves),
        call: ({ write }) => write(),
      });
    } catch (error) {
      if (!concernsOneUnit(error)) throw error;
      // One of them cannot be written. A savepoint around each finds it and spares the others; that costs too much to do always.
      return this.#attempt(calls, {
        unit: (unit, now, moves) => this.#unitGuarded(unit, now, moves),
        call: (call) => this.#callGuarded(call),
      });
    }
  }

  #attempt(calls: readonly (CommitCall | WriteCall)[], writing: Writing): readonly unknown[] {
    const moves: Move[] = [];
    try {
      const answers = inTransaction(this.#database, () => {
        const all = calls.map((call) =>
          'units' in call
            ? call.units.map((unit) => writing.unit(unit, call.now, moves))
            : writing.call(call),
        );
        this.#balances.flush();
        return all;
      });
      this.#moves.add(moves);
      return answers;
    } catch (error) {
      this.#interned.forget();
      throw error;
    } finally {
      this.#balances.forget();
    }
  }

  #unitGuarded(unit: WireUnit, now: number, moves: Move[]): UnitVerdict {
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

  #callGuarded({ write }: WriteCall): unknown {
    try {
      return inSavepoint(this.#database, write);
    } catch (error) {
      if (!concernsOneUnit(error)) throw error;
      return new CallFailed(error);
    }
  }
}
