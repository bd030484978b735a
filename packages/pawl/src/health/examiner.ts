import type { LiveOrder } from '../order/work.ts';
import type { Examination, ExamineQuery, OrderKey, Store } from '../ports/store.ts';
import type { Rules } from './rules.ts';
import { type Standstill, standstillOf } from './standstill.ts';

/** What an examination asks of a store. */
export type Examined = Pick<Store, 'now' | 'examine' | 'load'>;

/**
 * A task that nobody has taken for a minute is late. Servers look for work twice a second; workers that poll may take some
 * seconds, and a worker that is started again takes some more.
 */
const TASK_LATE_MS = 60_000;
/** A lease that ended a minute ago was overlooked twice a second, by everyone who carries out that task. */
const LEASE_LATE_MS = 60_000;
/** A timer that is a minute late: under full load they are some tens of milliseconds late, after a restart some seconds. */
const TIMER_LATE_MS = 60_000;
/** Counted of each kind: some milliseconds of a reader, and enough to tell a backlog from a straggler. */
export const COUNT_MAX = 10_000;
/** Keys told of each kind: enough to begin with. */
export const EXAMPLES_MAX = 3;
/** Orders read again in one look because they may stand still: each some 30 µs of the thread that serves requests. */
const IDLE_MAX = 100;

/**
 * How long definitions are believed that were read: all of them are read on the thread that serves requests. One that is not
 * known is looked for at once.
 */
const RULES_KEPT_MS = 600_000;

/** What one look has found. */
export interface Look {
  /** What is late, blocked or behind now. */
  readonly examination: Examination;
  /** Orders of this look's window that nothing will ever move. */
  readonly standstills: readonly Standstill[];
  /** All orders have been looked at; the next look begins at the first one again. */
  readonly isLast: boolean;
}

/** Looks at a store again and again: each time at all that is late, and at the orders that follow those of the last time. */
export class Examiner {
  readonly #store: Examined;
  readonly #rules: Rules;
  #after: OrderKey | null = null;
  #rulesReadAt = Number.NEGATIVE_INFINITY;

  constructor(store: Examined, rules: Rules) {
    this.#store = store;
    this.#rules = rules;
  }

  async look(): Promise<Look> {
    if (this.#store.now() - this.#rulesReadAt >= RULES_KEPT_MS) {
      await this.#rules.refresh();
      this.#rulesReadAt = this.#store.now();
    }
    const examination = await this.#store.examine({
      lateMs: { task: TASK_LATE_MS, lease: LEASE_LATE_MS, timer: TIMER_LATE_MS },
      countMax: COUNT_MAX,
      examplesMax: EXAMPLES_MAX,
      after: this.#after,
      rules: attendedStates(this.#rules),
      idleMax: IDLE_MAX,
    });
    const standstills = await this.#confirmed(examination.idle);
    this.#after = examination.next;
    return { examination, standstills, isLast: examination.next === null };
  }

  /** An order may have moved since, and another node may have deployed its definition: it is read again before it is told. */
  async #confirmed(keys: readonly OrderKey[]): Promise<readonly Standstill[]> {
    const now = this.#store.now();
    const standstills: Standstill[] = [];
    for (const order of await this.#loaded(keys)) {
      if (order === undefined) continue;
      const standstill = standstillOf(order, await this.#rules.byHash(order.workflowHash), now);
      if (standstill !== undefined) standstills.push(standstill);
    }
    return standstills;
  }

  /** One that cannot be read is damaged, which an audit tells: it must not keep the others from being looked at. */
  async #loaded(keys: readonly OrderKey[]): Promise<readonly (LiveOrder | undefined)[]> {
    if (keys.length === 0) return [];
    try {
      return await this.#store.load(keys);
    } catch {
      const one = (key: OrderKey) => this.#store.load([key]).catch(() => []);
      return (await Promise.all(keys.map(one))).flat();
    }
  }
}

function attendedStates({ known }: Rules): ExamineQuery['rules'] {
  return [...known].map(([workflowHash, { states }]) => ({
    workflowHash,
    attended: [...states.values()].filter(({ on }) => on.size > 0).map(({ name }) => name),
  }));
}
