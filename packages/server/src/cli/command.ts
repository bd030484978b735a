import type { ParseArgsConfig } from 'node:util';

/** A command of the program: what it takes, and what it does. */
export interface Command {
  /** The words after `pawl`. */
  readonly name: string;
  /** What follows them in the usage line. */
  readonly synopsis: string;
  readonly summary: string;
  /** More lines for its own help. */
  readonly details: readonly string[];
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** How many arguments that are no options it takes, no more and no less. */
  readonly operands: number;
  /** Its code is loaded only when it is called. */
  readonly load: () => Promise<Run>;
}

/** Does the work; resolves with the exit code. */
export type Run = (input: Input, terminal: Terminal) => Promise<number>;

export interface Input {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Where a command writes: results go out, everything else goes to the error stream. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether a person looks at the error stream. */
  readonly interactive: boolean;
}

/** Nothing wrong. */
export const EXIT_OK = 0;
/** The command did its work and the answer is no, or the server could not do its own. */
export const EXIT_FAILED = 1;
/** The command could not do its work, or was not understood. */
export const EXIT_UNUSABLE = 2;
