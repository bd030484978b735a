/** One thing that is wrong, or doubtful, about a definition. */
export interface Finding {
  /** Stable, kebab-case, for example `unknown-target`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** Where: a JSON pointer into the definition, for example `/states/PAID/on/ship`. */
  readonly place: string;
  /** Line and column of the source text, from 1, where the definition was read from text. */
  readonly line?: number;
  readonly column?: number;
  /** What is wrong. */
  readonly detail: string;
  /** What to do about it. */
  readonly advice: string;
}
