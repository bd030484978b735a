import { STORED_REFUSALS } from '../../../order/rejection.ts';
import type { Evidence } from '../evidence.ts';
import { orderIdOf } from '../evidence.ts';
import type { Answer, Call } from '../history.ts';
import type { Violation } from '../violation.ts';

/** Refusals that say nothing of the command: the same call may be carried out later. */
const PASSING: ReadonlySet<string> = new Set(['overloaded', 'contention', 'idempotency-key-reused']);

/** All calls of a key have one effect at most, and those that were answered were answered alike. */
export function* checkKeys({ history, orders }: Evidence): Iterable<Violation> {
  const written = new Set<string>();
  for (const order of orders.values()) for (const requestId of order.written.keys()) written.add(requestId);
  for (const calls of byKey(history.calls).values()) {
    const writers = calls.filter(({ requestId }) => written.has(requestId));
    yield* writtenTwice(writers);
    yield* answeredTwice(calls);
    yield* takenBack(calls);
    yield* wronglyKept(calls);
  }
}

function* writtenTwice(writers: readonly Call[]): Iterable<Violation> {
  const [first, second] = writers;
  if (first === undefined || second === undefined) return;
  const detail = `the key ${first.key} was used by ${first.requestId} and by ${second.requestId}, and both have written`;
  yield { promise: 'step-doubled', orderId: orderIdOf(first), detail };
}

function* answeredTwice(calls: readonly Call[]): Iterable<Violation> {
  const answers = calls.flatMap(({ answer, requestId }) => {
    const told = lasting(answer);
    return told === null ? [] : [{ told, requestId, answer }];
  });
  const [first, ...others] = answers;
  const other = others.find(({ told }) => told !== first?.told);
  if (first === undefined || other === undefined) return;
  const detail = `one key, two answers: ${first.requestId} was told ${first.told}, ${other.requestId} ${other.told}`;
  yield { promise: 'key-answers-differ', orderId: orderIdOf(calls[0] as Call), detail };
}

/** Once a key was answered, a later call of it is answered alike, and not refused as if it were the first. */
function* takenBack(calls: readonly Call[]): Iterable<Violation> {
  const settled = calls
    .filter(({ answer }) => answer.kind === 'accepted')
    .reduce((first, { endedAt }) => Math.min(first, endedAt ?? first), Number.POSITIVE_INFINITY);
  for (const { answer, beganAt, requestId, key } of calls) {
    if (answer.kind !== 'refused' || answer.replayed || beganAt < settled) continue;
    if (PASSING.has(answer.rejection.code)) continue;
    const detail = `${requestId} was refused with ${answer.rejection.code} after the key ${key} had been answered`;
    yield { promise: 'key-answers-differ', orderId: orderIdOf(calls[0] as Call), detail };
  }
}

/** A refusal that may end otherwise on a second try is not kept. */
function* wronglyKept(calls: readonly Call[]): Iterable<Violation> {
  for (const { answer, requestId } of calls) {
    if (answer.kind !== 'refused' || !answer.replayed || STORED_REFUSALS.has(answer.rejection.code)) continue;
    const detail = `${requestId} was answered with a kept ${answer.rejection.code}, which is not to be kept`;
    yield { promise: 'key-answers-differ', orderId: orderIdOf(calls[0] as Call), detail };
  }
}

/** What a key must answer for good; null for what a repetition need not meet. */
function lasting(answer: Answer): string | null {
  if (answer.kind === 'accepted') return `${answer.orderId} ${answer.version} ${answer.status}`;
  if (answer.kind === 'refused' && answer.replayed) return answer.rejection.code;
  return null;
}

function byKey(calls: readonly Call[]): ReadonlyMap<string, readonly Call[]> {
  const groups = new Map<string, Call[]>();
  for (const call of calls) {
    if (call.key === null) continue;
    const name = `${call.tenant} ${call.key}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [call]);
    else group.push(call);
  }
  return groups;
}
