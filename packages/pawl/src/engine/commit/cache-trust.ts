/** What one batch weighs in the share: after some ten of another kind it has turned. */
const WEIGHT = 1 / 8;
/** A batch that was decided on a row of the past takes a second commit; reading first takes a read, which is about a third of that. */
const SHARE_MAX = 1 / 4;

/**
 * Whether rows that are remembered are worth deciding on, where others write too: the share of batches that met a row which
 * somebody had moved on. Above its bound all rows are read first, and the share is counted on, so that trust can come back.
 */
export class CacheTrust {
  #share = 0;

  get isLost(): boolean {
    return this.#share > SHARE_MAX;
  }

  /** Of each batch that has met remembered rows: whether one of them was of the past. */
  note(wasStale: boolean): void {
    this.#share += WEIGHT * (Number(wasStale) - this.#share);
  }
}
