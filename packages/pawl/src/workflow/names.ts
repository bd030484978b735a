/** What the name of a workflow looks like. */
export const WORKFLOW_NAME = /^[a-z][a-z0-9_-]{0,63}$/;
/** What the name of an event looks like: it is a path segment of the HTTP API. */
export const EVENT_NAME = /^[a-z][a-z0-9_-]{0,63}$/;
/** What the name of a state looks like. */
export const STATE_NAME = /^[A-Z][A-Z0-9_]{0,63}$/;
/** What the name of a role looks like: none of the characters that separate roles in settings. */
export const ROLE_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
/** What the type of an order's first event looks like. */
export const ANNOUNCED_TYPE = /^[A-Z][A-Za-z0-9]{0,63}$/;
/** What the name of a task looks like: `charge`, or `payment.charge`. */
export const TASK_NAME = /^[a-z][a-z0-9_-]{0,63}(?:\.[a-z][a-z0-9_-]{0,63})?$/;
/** What the name of a topic looks like. */
export const TOPIC_NAME = /^[a-z][a-z0-9_-]{0,63}$/;
/** What the word looks like for what a finished step holds. */
export const HOLD_NAME = /^[a-z][a-z0-9_-]{0,63}$/;
/**
 * What an address that is called looks like: no user or password, which would be shown with the definition, and no fragment,
 * which is never sent.
 */
export const URL_FORM = /^https?:\/\/[^\s/?#@\\]+(?:[/?][^\s#]*)?$/;

/** Paths below an order that are not events. */
export const RESERVED_EVENTS: readonly string[] = [
  'actions',
  'waiting',
  'events',
  'erase',
  'review',
  'redrive',
  'holds',
  'lines',
  'tasks',
  'migrate',
  'bulk',
  'export',
  'verify',
];

/** The type under which every later event leaves: a first event of that type could not be told from them. */
export const RESERVED_ANNOUNCEMENTS: readonly string[] = ['OrderUpdated'];

/** The candidate that was most likely meant, if one is close. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 2)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein's distance. A row has the distances of the letters so far from each beginning of `right` but the empty one. */
function editDistance(left: string, right: string): number {
  let row = Array.from(right, (_, index) => index + 1);
  let distance = row.length;
  for (const [index, letter] of [...left].entries()) {
    let replaced = index;
    distance = index + 1;
    row = row.map((removed, at) => {
      distance = Math.min(removed + 1, distance + 1, replaced + (letter === right[at] ? 0 : 1));
      replaced = removed;
      return distance;
    });
  }
  return distance;
}
