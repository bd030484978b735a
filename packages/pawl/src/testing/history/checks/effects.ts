import { parseTaskId } from '../../../order/task-id.ts';
import type { RecordedEvent } from '../../../ports/store.ts';
import type { Evidence, OrderEvidence } from '../evidence.ts';
import type { Effect } from '../history.ts';
import type { Violation } from '../violation.ts';
import { stepOf } from './tasks.ts';

/**
 * What steps have done in the world outside is what their orders say: once for each key, recorded or taken back, and taken
 * back only if the order says so.
 */
export function* checkEffects({ orders, history, final }: Evidence): Iterable<Violation> {
  const effects = new Map(history.effects.map((effect) => [effect.effectKey, effect]));
  const open = new Set(final.tasks.map(({ id }) => id));
  for (const effect of effects.values()) {
    const orderId = parseTaskId(effect.effectKey)?.orderId ?? null;
    const order = orderId === null ? undefined : orders.get(orderId);
    const faults =
      order === undefined ? unfounded(effect) : faultsOf(effect, new Account(order, effect, open));
    for (const { promise, detail } of faults)
      yield { promise, orderId, detail: `${effect.effectKey} ${detail}` };
  }
  const watched = new Set(history.watched);
  for (const order of orders.values()) yield* checkRecorded(order, effects, watched);
}

type Fault = Pick<Violation, 'promise' | 'detail'>;

function unfounded({ times, undone }: Effect): readonly Fault[] {
  const what = times > 0 ? 'has happened' : 'was taken back';
  return times > 0 || undone
    ? [{ promise: 'effect-unfounded', detail: `${what}, and there is no such order` }]
    : [];
}

function faultsOf(effect: Effect, account: Account): readonly Fault[] {
  const { times, undone, amount } = effect;
  const faults: Fault[] = [];
  if (times > 1) faults.push({ promise: 'effect-doubled', detail: `has happened ${times} times` });
  if (times > 0 && !account.isFounded)
    faults.push({ promise: 'effect-unfounded', detail: 'has happened, and no commit has started it' });
  if (undone && !account.isTakenBack)
    faults.push({ promise: 'undo-unfounded', detail: 'was taken back, and its order says nothing of it' });
  if (times > 0 && !undone && account.isOver && !account.isWaived) {
    if (!account.isRecorded)
      faults.push({ promise: 'effect-kept', detail: 'has happened, is not recorded and was not taken back' });
    else if (account.isOwed)
      faults.push({ promise: 'effect-kept', detail: 'was to be compensated, and was not taken back' });
  }
  if (times > 0 && amount !== null && account.amount !== null && amount !== account.amount)
    faults.push({ promise: 'money-wrong', detail: `has moved ${amount}, the order is of ${account.amount}` });
  return faults;
}

/** What an order says of one of its steps. */
class Account {
  readonly isFounded: boolean;
  /** The order says that the step was, or is to be, taken back. */
  readonly isTakenBack: boolean;
  /** Nothing more will happen to what can be undone. */
  readonly isOver: boolean;
  /** As done, or by an operator; of what has no undo, nothing need be recorded. */
  readonly isRecorded: boolean;
  /** An operator has answered for taking it back: what has become of it is known to them alone. */
  readonly isWaived: boolean;
  /** The order has come to its end in a state that compensates what was done before. */
  readonly isOwed: boolean;
  /** Null where the order was edited, so that there was more than one. */
  readonly amount: string | null;

  constructor(order: OrderEvidence, { effectKey, task }: Effect, open: ReadonlySet<string>) {
    const { trail, rules, book } = order;
    const undoId = `${effectKey}:undo`;
    const step = stepOf(order, effectKey, task);
    const end = trail.findLast((event) => event.payload?.work?.id === effectKey);
    this.isFounded = step !== undefined;
    this.isTakenBack = open.has(undoId) || trail.some(({ payload }) => payload?.work?.id === undoId);
    const hasUndo = step !== undefined && book !== undefined && book.undoOf(step) !== null;
    this.isOver = hasUndo && order.order.settled;
    this.isRecorded = end !== undefined && isDone(end);
    const compensates = rules?.states[order.order.status]?.compensate === true;
    const runFrom = trail.findLast(({ head }) => head.type === 'redriven')?.head.version ?? 0;
    // What an operator has called failed is not taken back, whatever it has come to.
    const madeAt = end?.payload?.work?.outcome === 'done' ? end.head.version : 0;
    this.isWaived = trail.some(
      ({ head, payload }) => head.type === 'resolved' && payload?.work?.id === undoId,
    );
    this.isOwed = compensates && madeAt > runFrom && madeAt <= order.order.enteredVersion;
    const isEdited = trail.some(({ head }) => head.type === 'edited');
    this.amount = isEdited ? null : order.order.amountTotal;
  }
}

function isDone({ head, payload }: RecordedEvent): boolean {
  return head.type === 'resolved' || payload?.work?.outcome === 'done';
}

/** What is recorded as done by whoever carried it out has happened, and what is recorded as taken back is. */
function* checkRecorded(
  order: OrderEvidence,
  effects: ReadonlyMap<string, Effect>,
  watched: ReadonlySet<string>,
): Iterable<Violation> {
  for (const { head, payload } of order.trail) {
    const id = payload?.work?.id;
    if (id === undefined || payload?.work?.outcome !== 'done') continue;
    if (head.type === 'work_ended' && watched.has(head.task ?? '') && (effects.get(id)?.times ?? 0) === 0) {
      yield {
        promise: 'effect-lost',
        orderId: order.id,
        detail: `${id} is recorded as done, and never happened`,
      };
    }
    const step = id.endsWith(':undo') ? id.slice(0, -':undo'.length) : null;
    const effect = step === null ? undefined : effects.get(step);
    if (head.type === 'compensated' && effect !== undefined && effect.times > 0 && !effect.undone) {
      yield { promise: 'effect-kept', orderId: order.id, detail: `${id} is recorded as done, and was not` };
    }
  }
}
