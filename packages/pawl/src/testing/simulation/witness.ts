import type { Task } from '../../order/work.ts';
import type { ClaimVerdict, Store, TaskUpdate, Unit, UnitVerdict } from '../../ports/store.ts';
import type { BrokenPromise, Violation } from '../history/violation.ts';
import { isOutside } from './random-workflow.ts';

/** Who holds a task, as far as the store has told. */
interface Hold {
  readonly token: number;
  readonly leaseUntil: number | null;
}

/** Stands at the database and sees who is given which task, and who ends it: what no caller can know of the others. */
export class Witness {
  readonly violations: Violation[] = [];
  readonly #holds = new Map<string, Hold>();
  readonly #inner: Store;
  readonly #isCalm: () => boolean;

  /** @param isCalm whether nothing has ever gone wrong: then no node loses what it holds. */
  constructor(store: Store, isCalm: () => boolean) {
    this.#inner = store;
    this.#isCalm = isCalm;
  }

  /** The same store, with the witness in front of it. */
  get store(): Store {
    const watched: Partial<Store> = {
      commit: async (units) => this.#committed(units, await this.#inner.commit(units)),
      claim: async (query) => this.#claimed(await this.#inner.claim(query)),
      updateTasks: async (updates) => this.#updated(updates, await this.#inner.updateTasks(updates)),
    };
    return { ...this.#inner, ...watched };
  }

  #committed(units: readonly Unit[], verdicts: readonly UnitVerdict[]): readonly UnitVerdict[] {
    for (const [index, unit] of units.entries()) {
      if (verdicts[index]?.kind !== 'committed') continue;
      for (const { head, payload } of unit.events) {
        const { id = '', token = 0 } = payload?.work ?? {};
        // 0: told by nobody who held it.
        if (head.type === 'work_ended' && token === 0)
          this.#requireFree(id, `ended at version ${head.version}`);
        if (head.type !== 'retried' && token > 0)
          this.#requireNewest(id, token, `${head.type} at version ${head.version}`);
      }
      for (const { kind, task } of unit.tasks) {
        if (kind === 'remove') this.#holds.delete(task.id);
        else if (kind !== 'orphan') this.#holds.set(task.id, holdOf(task));
      }
    }
    return verdicts;
  }

  #claimed(verdict: ClaimVerdict): ClaimVerdict {
    if (verdict.kind !== 'claimed') return verdict;
    for (const task of verdict.tasks) {
      this.#requireFree(task.id, 'claimed');
      if (this.#isCalm() && this.#holds.get(task.id)?.leaseUntil !== null && !isOutside(task.name))
        this.#found('lease-broken', task.id, 'was taken over from a node that is well');
      this.#holds.set(task.id, holdOf(task));
    }
    return verdict;
  }

  #updated(updates: readonly TaskUpdate[], answers: readonly boolean[]): readonly boolean[] {
    for (const [index, update] of updates.entries()) {
      if (answers[index] !== true) continue;
      const { id, token, kind } = update;
      this.#requireNewest(id, token, kind);
      const before = kind === 'extend' ? (this.#holds.get(id)?.leaseUntil ?? 0) : 0;
      const leaseUntil = kind === 'retry' || kind === 'return' ? null : Math.max(before, update.leaseUntil);
      this.#holds.set(id, { token, leaseUntil });
    }
    return answers;
  }

  #requireFree(id: string, doing: string): void {
    const held = this.#holds.get(id);
    if (held !== undefined && held.leaseUntil !== null && held.leaseUntil > this.#inner.now())
      this.#found('lease-broken', id, `was ${doing} while token ${held.token} held it`);
  }

  #requireNewest(id: string, token: number, doing: string): void {
    const held = this.#holds.get(id);
    if (held !== undefined && held.token !== token)
      this.#found(
        'late-finisher-accepted',
        id,
        `${doing} by token ${token} after token ${held.token} was given out`,
      );
  }

  #found(promise: BrokenPromise, id: string, what: string): void {
    this.violations.push({ promise, orderId: id.split(':')[0] ?? null, detail: `${id}: ${what}` });
  }
}

function holdOf({ token, leaseUntil }: Task): Hold {
  return { token, leaseUntil };
}
