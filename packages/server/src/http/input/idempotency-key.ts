import { KEY_MAX_CHARS } from '../limits.ts';
import { invalidPart } from '../refusal/problem-error.ts';

const VISIBLE = /^[\x21-\x7e]+$/;
const QUOTED = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/;

/**
 * Reads `Idempotency-Key`: a string of structured fields (`"k"`) or the bare key (`k`), which are the same key.
 * @throws ProblemError if it is neither, or not 1–255 visible characters.
 */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = unquote(header.trim());
  if (!VISIBLE.test(key) || key.length > KEY_MAX_CHARS) {
    throw invalidPart(
      'header',
      'idempotency-key',
      `must be 1 to ${KEY_MAX_CHARS} visible characters, bare or quoted`,
    );
  }
  return key;
}

/** A field that only looks quoted (`"k`) stays as it is: it is a bare key with a quote in it, which is refused. */
function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  return QUOTED.test(text) ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : '';
}
