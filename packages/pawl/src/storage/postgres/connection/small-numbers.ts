import { columnOf } from './columns.ts';
import type { Sender, Statement } from './pool.ts';

const ADD_PLACES: Statement = {
  name: 'add-places',
  text: `INSERT INTO places (workflow, status) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`,
};
const PLACES: Statement = { name: 'places', text: 'SELECT number, workflow, status FROM places' };
const ADD_HASHES: Statement = {
  name: 'add-hashes',
  text: `INSERT INTO workflow_hashes (hash) SELECT decode(hash, 'hex') FROM unnest($1::text[]) AS t (hash) ON CONFLICT DO NOTHING`,
};
const HASHES: Statement = {
  name: 'hashes',
  text: `SELECT number, encode(hash, 'hex') AS hash FROM workflow_hashes`,
};

/** Where an order can be: a state of a workflow. */
export interface Place {
  readonly workflow: string;
  readonly status: string;
}

/**
 * Small numbers for what every row repeats: places and content hashes of definitions. A number once given is never changed,
 * so that all of them are remembered; there are as many as definitions have states.
 */
export class SmallNumbers {
  readonly #sender: Sender;
  readonly #placeNumbers = new Map<string, number>();
  readonly #places = new Map<number, Place>();
  readonly #hashNumbers = new Map<string, number>();
  readonly #hashes = new Map<number, string>();

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** Gives numbers to what has none yet. Afterwards `place` and `hash` know them. */
  async learn(places: Iterable<Place>, hashes: Iterable<string>): Promise<void> {
    // Sorted: two nodes that meet the same ones must not wait for each other crosswise.
    const newPlaces = [...places]
      .filter((place) => !this.#placeNumbers.has(keyOf(place)))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const newHashes = [...hashes].filter((hash) => !this.#hashNumbers.has(hash)).sort();
    if (newPlaces.length > 0) {
      const [workflows, statuses] = [
        newPlaces.map(({ workflow }) => workflow),
        newPlaces.map(({ status }) => status),
      ];
      await this.#sender.query(ADD_PLACES, [textArray(workflows), textArray(statuses)]);
      await this.#readPlaces();
    }
    if (newHashes.length > 0) {
      await this.#sender.query(ADD_HASHES, [textArray(newHashes)]);
      await this.#readHashes();
    }
  }

  /** Whether the numbers of both are known. */
  knows(place: Place, hash: string): boolean {
    return this.#placeNumbers.has(keyOf(place)) && this.#hashNumbers.has(hash);
  }

  placeNumber(workflow: string, status: string): number {
    return required(this.#placeNumbers.get(`${workflow} ${status}`), `${workflow} ${status}`);
  }

  hashNumber(hash: string): number {
    return required(this.#hashNumbers.get(hash), hash);
  }

  /** Reads what other nodes have added, if one of the numbers is not known. */
  async recognise(places: Iterable<number | null>, hashes: Iterable<number>): Promise<void> {
    for (const number of places) {
      if (number === null || this.#places.has(number)) continue;
      await this.#readPlaces();
      break;
    }
    for (const number of hashes) {
      if (this.#hashes.has(number)) continue;
      await this.#readHashes();
      break;
    }
  }

  place(number: number): Place {
    return required(this.#places.get(number), `the place ${number}`);
  }

  hash(number: number): string {
    return required(this.#hashes.get(number), `the workflow hash ${number}`);
  }

  /** The numbers of the places that fit, as far as any order was ever there. */
  async placesOf(workflow: string | undefined, status: string | undefined): Promise<readonly number[]> {
    await this.#readPlaces();
    return [...this.#places].flatMap(([number, place]) =>
      (workflow === undefined || place.workflow === workflow) &&
      (status === undefined || place.status === status)
        ? [number]
        : [],
    );
  }

  async #readPlaces(): Promise<void> {
    for (const { number, ...place } of await this.#sender.query<Place & { number: number }>(PLACES)) {
      this.#placeNumbers.set(keyOf(place), number);
      this.#places.set(number, place);
    }
  }

  async #readHashes(): Promise<void> {
    for (const { number, hash } of await this.#sender.query<{ number: number; hash: string }>(HASHES)) {
      this.#hashNumbers.set(hash, number);
      this.#hashes.set(number, hash);
    }
  }
}

function keyOf({ workflow, status }: Place): string {
  return `${workflow} ${status}`;
}

function textArray(values: readonly string[]): Buffer {
  return columnOf('text', values);
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new UnknownNumberError(`the database does not know ${what}`);
  return value;
}

/** A row has a number for which nothing stands. */
export class UnknownNumberError extends Error {
  override readonly name = 'UnknownNumberError';
}
