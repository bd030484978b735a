import type { DatabaseSync, StatementSync } from 'node:sqlite';

const FIND_PLACE = 'SELECT place AS number FROM places WHERE workflow = ? AND status = ?';
const ADD_PLACE = 'INSERT INTO places (workflow, status) VALUES (?, ?)';
const FIND_HASH = 'SELECT number FROM workflow_hashes WHERE hash = ?';
const ADD_HASH = 'INSERT INTO workflow_hashes (hash) VALUES (?)';

/** More than any set of workflows has; beyond it the cache starts anew. */
const CACHED_MAX = 10_000;

/** Small numbers for what every row repeats: places (workflow and status) and content hashes of definitions. */
export class Interned {
  readonly #numbers = new Map<string, number>();
  readonly #findPlace: StatementSync;
  readonly #addPlace: StatementSync;
  readonly #findHash: StatementSync;
  readonly #addHash: StatementSync;

  constructor(database: DatabaseSync) {
    this.#findPlace = database.prepare(FIND_PLACE);
    this.#addPlace = database.prepare(ADD_PLACE);
    this.#findHash = database.prepare(FIND_HASH);
    this.#addHash = database.prepare(ADD_HASH);
  }

  place(workflow: string, status: string): number {
    const key = `${workflow} ${status}`;
    return (
      this.#numbers.get(key) ??
      this.#remember(key, numberOf(this.#findPlace, this.#addPlace, workflow, status))
    );
  }

  workflowHash(hash: string): number {
    return (
      this.#numbers.get(hash) ??
      this.#remember(hash, numberOf(this.#findHash, this.#addHash, Buffer.from(hash, 'hex')))
    );
  }

  /** After a rollback: a number given in the transaction was never given. */
  forget(): void {
    this.#numbers.clear();
  }

  #remember(key: string, number: number): number {
    if (this.#numbers.size >= CACHED_MAX) this.#numbers.clear();
    this.#numbers.set(key, number);
    return number;
  }
}

function numberOf(find: StatementSync, add: StatementSync, ...values: (string | Buffer)[]): number {
  const found = find.get(...values)?.['number'];
  return typeof found === 'number' ? found : Number(add.run(...values).lastInsertRowid);
}
