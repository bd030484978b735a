import type { Evidence, OrderEvidence } from '../evidence.ts';
import type { Call } from '../history.ts';
import type { Violation } from '../violation.ts';

/**
 * The order of time as clients have seen it. An answer shows a version that had been reached by its end, and no older one than
 * anybody had been shown when the call began; a refusal gives a reason that held at some moment between both.
 */
export function* checkTimes({ orders }: Evidence): Iterable<Violation> {
  for (const order of orders.values()) {
    const timeline = new Timeline(order);
    for (const call of order.calls) yield* judgeCall(order, call, timeline);
    for (const { beganAt, endedAt, seen } of order.reads) {
      const window = timeline.window(beganAt, endedAt);
      if (seen === null) {
        if (window.from > 0)
          yield reversed(order, `a read found nothing after version ${window.from} was shown`);
      } else if (seen.version < window.from || seen.version > window.to) {
        yield reversed(order, `a read saw version ${seen.version}, ${between(window)}`);
      } else if (order.trail[seen.version - 1]?.head.to !== seen.status) {
        const detail = `a read saw version ${seen.version} in ${seen.status}`;
        yield { promise: 'answer-untrue', orderId: order.id, detail };
      }
    }
  }
}

function* judgeCall(order: OrderEvidence, call: Call, timeline: Timeline): Iterable<Violation> {
  const { answer, requestId, beganAt } = call;
  if (call.endedAt === null) return;
  const window = timeline.window(beganAt, call.endedAt);
  if (answer.kind === 'accepted') {
    const versions = order.written.get(requestId);
    const made = versions?.[0];
    if (made !== undefined && made <= window.from) {
      yield reversed(order, `${requestId} made version ${made} after version ${window.from} had been shown`);
    }
    if (!answer.isStep && !answer.replayed && (answer.version < window.from || answer.version > window.to)) {
      yield reversed(order, `${requestId} was shown version ${answer.version}, ${between(window)}`);
    }
  }
  if (answer.kind !== 'refused' || answer.replayed) return;
  const excuse = reasonOf(order, call);
  if (excuse === null) return;
  for (let version = Math.max(1, window.from); version <= window.to; version++) {
    if (excuse(version)) return;
  }
  const { code } = answer.rejection;
  const detail = `${requestId} was refused with ${JSON.stringify(answer.rejection)}, and no version ${between(window)} is a reason for ${code}`;
  yield { promise: 'answer-untrue', orderId: order.id, detail };
}

/** Says of a version whether it is a reason for the refusal; null for refusals that the trail cannot judge. */
function reasonOf({ trail, rules }: OrderEvidence, { answer }: Call): ((version: number) => boolean) | null {
  if (answer.kind !== 'refused') return null;
  const { rejection } = answer;
  const stateAt = (version: number): string | undefined => trail[version - 1]?.head.to;
  switch (rejection.code) {
    case 'illegal-transition': {
      const { from, event } = rejection;
      return (version) =>
        stateAt(version) === from && (event === null || !Object.hasOwn(rules?.states[from]?.on ?? {}, event));
    }
    case 'order-not-editable':
      return (version) =>
        stateAt(version) === rejection.status && rules?.states[rejection.status]?.editable !== true;
    case 'version-conflict':
    case 'precondition-failed':
      return (version) => version === rejection.currentVersion;
    case 'review-not-due':
    case 'redrive-not-possible':
      return (version) => stateAt(version) === rejection.status;
    case 'order-not-found':
      return () => false;
    default:
      return null;
  }
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/** Which versions an answer may have been about. */
class Timeline {
  /** Moments at which somebody was shown a version, ascending, with the highest version shown by then. */
  readonly #shown: { readonly at: number; readonly version: number }[] = [];
  /** By version: the moment before which it cannot have been there. System steps are not known to have one. */
  readonly #notBefore: readonly number[];

  constructor({ calls, reads, trail }: OrderEvidence) {
    const shown = [
      ...calls.flatMap(({ endedAt, answer }) =>
        endedAt === null || answer.kind !== 'accepted' ? [] : [{ at: endedAt, version: answer.version }],
      ),
      ...reads.flatMap(({ endedAt, seen }) =>
        seen === null ? [] : [{ at: endedAt, version: seen.version }],
      ),
    ].sort((one, other) => one.at - other.at);
    let highest = 0;
    for (const { at, version } of shown) {
      highest = Math.max(highest, version);
      this.#shown.push({ at, version: highest });
    }
    const begun = new Map(calls.map(({ requestId, beganAt }) => [requestId, beganAt]));
    let bound = Number.NEGATIVE_INFINITY;
    this.#notBefore = trail.map(({ payload }) => {
      bound = Math.max(bound, begun.get(payload?.requestId ?? '') ?? bound);
      return bound;
    });
  }

  window(beganAt: number, endedAt: number): Window {
    const later = this.#notBefore.findIndex((at) => at > endedAt);
    return { from: this.#shownBefore(beganAt), to: later < 0 ? this.#notBefore.length : later };
  }

  #shownBefore(moment: number): number {
    let [low, high] = [0, this.#shown.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#shown[middle]?.at ?? 0) < moment) low = middle + 1;
      else high = middle;
    }
    return this.#shown[low - 1]?.version ?? 0;
  }
}

function between({ from, to }: Window): string {
  return `between ${from} and ${to}`;
}

function reversed({ id }: OrderEvidence, detail: string): Violation {
  return { promise: 'time-reversed', orderId: id, detail };
}
