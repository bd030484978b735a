/** The value of a setting, or what is wrong with its text. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly detail: string };

/** One setting of the program. The texts are those of `.env.example` and docs/CONFIGURATION.md. */
export interface Setting<T> {
  /** As it would be written in `.env`; empty where the setting is off or has no value unless given. */
  readonly defaultText: string;
  /** What may be given, as the end of a sentence that begins with "allowed:". */
  readonly allowed: string;
  readonly meaning: string;
  /** The text is never shown. */
  readonly secret?: true;
  parse(text: string): Parsed<T>;
}

interface Wording {
  readonly defaultText: string;
  readonly meaning: string;
}

export function valid<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function invalid(detail: string): Parsed<never> {
  return { ok: false, detail };
}

/** A setting with a reader of its own. */
export function custom<T>(
  wording: Wording & { readonly allowed: string; readonly secret?: true },
  parse: (text: string) => Parsed<T>,
): Setting<T> {
  return { ...wording, parse };
}

/** One of a few words, in any case. */
export function choice<const T extends string>(words: readonly T[], wording: Wording): Setting<T> {
  return {
    ...wording,
    allowed: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    parse(text) {
      const word = words.find((candidate) => candidate === text.toLowerCase());
      return word === undefined ? invalid('is none of its words') : valid(word);
    },
  };
}

export function flag(wording: Wording): Setting<boolean> {
  const { parse, ...words } = choice(['true', 'false'], wording);
  return {
    ...words,
    parse(text) {
      const parsed = parse(text);
      return parsed.ok ? valid(parsed.value === 'true') : parsed;
    },
  };
}

/** A whole number, both bounds included. */
export function integer(
  min: number,
  max: number,
  wording: Wording & { readonly remark?: string },
): Setting<number> {
  const { remark, ...words } = wording;
  return {
    ...words,
    allowed: `a whole number from ${min} to ${max}${remark === undefined ? '' : `; ${remark}`}`,
    parse(text) {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? valid(value) : invalid('is no such number');
    },
  };
}
