import type { Effect } from '../history/history.ts';

/** What an effect has come to. */
interface Standing {
  readonly task: string;
  happened: boolean;
  /** Taken back; or forbidden, if it had not happened. */
  undone: boolean;
  amount: string | null;
}

/**
 * What is done for orders elsewhere: payments, parcels, seats. As a good service does, it does a thing once for each effect key,
 * and once it was told to take back what never happened, it will not let it happen any more.
 */
export class OutsideWorld {
  readonly #standings = new Map<string, Standing>();

  /** False if it was taken back before it could happen. */
  perform(effectKey: string, task: string, amount: string | null = null): boolean {
    const standing = this.#standing(effectKey, task);
    if (standing.undone) return false;
    standing.happened = true;
    standing.amount = amount;
    return true;
  }

  /** Legal also for what never happened. */
  takeBack(effectKey: string): void {
    this.#standing(effectKey, '').undone = true;
  }

  effects(): readonly Effect[] {
    return [...this.#standings].map(([effectKey, { task, happened, undone, amount }]) => ({
      effectKey,
      task,
      times: happened ? 1 : 0,
      undone,
      amount,
    }));
  }

  #standing(effectKey: string, task: string): Standing {
    const known = this.#standings.get(effectKey);
    const standing = { task, happened: false, undone: false, amount: null, ...known };
    if (task !== '') Object.assign(standing, { task });
    this.#standings.set(effectKey, standing);
    return standing;
  }
}
