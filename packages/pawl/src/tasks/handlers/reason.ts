/** Characters of a reason: as many as a client may give with an event. */
export const REASON_CHARACTERS_MAX = 1_000;

const CUT = '…';

/** A text from outside as a reason that can be stored and shown: on one line, without controls, bounded. */
export function reasonText(text: string, charactersMax = REASON_CHARACTERS_MAX): string {
  // Cut before the pattern runs: what a service answers may be long.
  const line = text
    .slice(0, charactersMax * 2)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  const bounded = line.length > charactersMax ? `${line.slice(0, charactersMax - CUT.length)}${CUT}` : line;
  // Both the cut and the outside can leave half of a surrogate pair, which no store takes.
  return bounded.toWellFormed();
}
