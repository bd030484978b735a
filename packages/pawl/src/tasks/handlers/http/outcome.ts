import { sizeFault } from '../../../order/metadata.ts';
import type { JsonObject, JsonValue } from '../../../order/order.ts';
import { done, failed, handedOver, retryLater, type TaskResult } from '../../../ports/task-handler.ts';
import { reasonText } from '../reason.ts';
import type { Answer, Exchange } from './post.ts';
import { retryAfterMs } from './retry-after.ts';

/** Characters of an answer's body that a reason quotes. */
const QUOTE_CHARACTERS_MAX = 300;

export interface OutcomeContext {
  readonly origin: string;
  readonly now: number;
  readonly signal: AbortSignal;
  readonly handedOverForMs: number;
}

/** What a call that came to an end, or did not, means for its task. */
export function outcomeOf(exchange: Exchange, context: OutcomeContext): TaskResult {
  if (exchange.kind === 'answered') return answered(exchange.answer, context);
  const { sent: uncertain, cause } = exchange;
  const what = context.signal.aborted
    ? 'did not answer in time'
    : uncertain
      ? `ended the connection without an answer (${cause})`
      : `could not be reached (${cause})`;
  return retryLater(`${context.origin} ${what}`, { uncertain });
}

/** Answers of 4xx that say "not now" instead of "never"; after the first the request may have been carried out. */
const RETRIED: ReadonlyMap<number, { readonly uncertain: boolean }> = new Map([
  [408, { uncertain: true }],
  [425, { uncertain: false }],
  [429, { uncertain: false }],
]);

function answered(answer: Answer, { origin, now, handedOverForMs }: OutcomeContext): TaskResult {
  const { status, body } = answer;
  const said = `${origin} answered ${status}`;
  if (status === 202) return handedOver(handedOverForMs);
  if (status >= 200 && status < 300) {
    // Its undo may need what was lost; asked again, the service answers the same.
    if (body.state === 'broken') return retryLater(`${said}, but its body broke off`, { uncertain: true });
    return done(body.state === 'whole' ? dataOf(body.bytes) : {});
  }
  if (status >= 300 && status < 400) {
    // It says where else to ask, and nothing of what was done; nor need it come from the service itself.
    return failed(`${said}: redirects are not followed`, undefined, { attemptOnly: true });
  }
  const reason = withQuote(said, body.bytes);
  const again = status >= 400 && status < 500 ? RETRIED.get(status) : { uncertain: true };
  if (again === undefined) return failed(reason);
  return retryLater(reason, { ...again, afterMs: retryAfterMs(answer.retryAfter, now) });
}

function withQuote(said: string, bytes: Buffer): string {
  const quote = reasonText(bytes.toString('utf8'), QUOTE_CHARACTERS_MAX);
  return quote === '' ? said : `${said}: ${quote}`;
}

/** The body, if it is a JSON object that can be recorded; else nothing. */
function dataOf(bytes: Buffer): JsonObject {
  try {
    const data: JsonValue = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const isRecord = typeof data === 'object' && data !== null && !Array.isArray(data);
    return isRecord && isRecordable(data as JsonObject) ? (data as JsonObject) : {};
  } catch {
    // No UTF-8, no JSON, or JSON that has no canonical form (a lone surrogate, 1e999).
    return {};
  }
}

/** @throws {TypeError} if it has no canonical form. */
function isRecordable(data: JsonObject): boolean {
  return sizeFault(data) === null && !hasNul(data);
}

function hasNul(value: JsonValue): boolean {
  if (typeof value === 'string') return value.includes('\u0000');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, member]) => name.includes('\u0000') || hasNul(member));
}
