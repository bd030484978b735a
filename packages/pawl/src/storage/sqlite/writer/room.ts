import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { StoreFullError } from '../../../ports/store.ts';
import { storeError } from '../errors.ts';

/** As many pages as there can be: no bound. */
const PAGES_MAX = 4_294_967_294;
/** What must fit in again before the store counts as writable: about what a busy batch takes. */
const PROBE_BYTES = 262_144;
const PROBE = "INSERT INTO meta (name, value) VALUES ('probe', hex(zeroblob(?)))";

/** How much the database may grow, and whether it has come to its end. */
export class Room {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #pagesMax: number;
  #isLacking = false;

  constructor(database: DatabaseSync, path: string, maxBytes: number | null) {
    this.#database = database;
    this.#path = path;
    const pageBytes = Number(database.prepare('PRAGMA page_size').get()?.['page_size']);
    this.#pagesMax = maxBytes === null ? PAGES_MAX : Math.floor(maxBytes / pageBytes);
    this.#bound(this.#pagesMax);
  }

  /** Something could not be written for want of room. */
  lacks(): void {
    this.#isLacking = true;
  }

  /** Runs what follows from commits that were made, and so must not fail where no more are taken: bounded by what they were. */
  beyond<T>(work: () => T): T {
    if (this.#pagesMax === PAGES_MAX) return work();
    this.#bound(PAGES_MAX);
    try {
      return work();
    } finally {
      this.#bound(this.#pagesMax);
    }
  }

  /** Asked for as long as there was too little: nothing else tells that there is enough again. @throws StoreFullError if not. */
  require(): void {
    if (!this.#isLacking) return;
    this.#requireDisk();
    this.#requirePages();
    this.#isLacking = false;
  }

  #requireDisk(): void {
    const { bavail, bsize } = statfsSync(dirname(this.#path));
    if (bavail * bsize < PROBE_BYTES)
      throw new StoreFullError('the disk is full; free space and the store goes on');
  }

  /** Takes pages and gives them back: nothing of it reaches the disk. */
  #requirePages(): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      this.#database.prepare(PROBE).run(PROBE_BYTES / 2);
    } catch (error) {
      throw storeError('SQLite writer, probe', error);
    } finally {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    }
  }

  #bound(pages: number): void {
    this.#database.exec(`PRAGMA max_page_count = ${pages}`);
  }
}
