import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';

/** A line of the ledger. */
export interface Entry {
  /**
   * `done`: it has happened. `undone`: it was taken back, or, if it had not happened, forbidden to happen later. `declined`: it was
   * refused for good, and does not happen later either. `attempt`: somebody has asked. `told`: the end of a task that was
   * taken over is about to be told.
   */
  readonly kind: Standing | 'attempt' | 'told';
  /** The effect key: of the step, or of the task that is attempted or told of. */
  readonly key: string;
  /** Decimal text, where money was moved. */
  readonly amount?: string;
  /** Of an attempt. */
  readonly token?: number;
  /** Under which the end of a task is told. */
  readonly requestId?: string;
}

type Standing = 'done' | 'undone' | 'declined';

/** What an outside service remembers, on disk before it answers. */
export class Ledger {
  readonly #file: number;
  readonly #standings = new Map<string, Standing>();

  constructor(path: string) {
    // What a killed process has left of a line is cut off, so that the next one begins on its own.
    if (existsSync(path)) truncateSync(path, Buffer.byteLength(wholeLines(path)));
    for (const { kind, key } of readLedger(path)) if (isStanding(kind)) this.#standings.set(key, kind);
    this.#file = openSync(path, 'a');
  }

  standing(key: string): Standing | undefined {
    return this.#standings.get(key);
  }

  /** Attempts are written and not waited for: one that is lost with the machine is one that nobody tells of. */
  attempted(key: string, token: number): void {
    this.#append({ kind: 'attempt', key, token });
  }

  telling(key: string, requestId: string): void {
    this.#append({ kind: 'told', key, requestId });
  }

  /** False if it may not happen any more. */
  perform(key: string, amount: string | undefined): boolean {
    const standing = this.standing(key);
    if (standing === undefined)
      this.#write({ kind: 'done', key, ...(amount === undefined ? {} : { amount }) });
    return standing === undefined || standing === 'done';
  }

  /** Legal also for what never happened. What was declined has nothing to take back. */
  takeBack(key: string): void {
    const standing = this.standing(key);
    if (standing === undefined || standing === 'done') this.#write({ kind: 'undone', key });
  }

  /** False if it has happened already, and so cannot be refused any more. */
  decline(key: string): boolean {
    const standing = this.standing(key);
    if (standing === undefined) this.#write({ kind: 'declined', key });
    return standing !== 'done';
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(entry: Entry & { readonly kind: Standing }): void {
    this.#standings.set(entry.key, entry.kind);
    this.#append(entry);
    fsyncSync(this.#file);
  }

  #append(entry: Entry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }
}

/** Everything that is on paper, by a service that may still be writing. */
export function readLedger(path: string): readonly Entry[] {
  if (!existsSync(path)) return [];
  return wholeLines(path)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Entry);
}

function wholeLines(path: string): string {
  const text = readFileSync(path, 'utf8');
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

function isStanding(kind: Entry['kind']): kind is Standing {
  return kind === 'done' || kind === 'undone' || kind === 'declined';
}
