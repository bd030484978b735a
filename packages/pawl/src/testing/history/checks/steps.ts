import { parseTaskId } from '../../../order/task-id.ts';
import type { RecordedEvent } from '../../../ports/store.ts';
import type { Evidence, OrderEvidence } from '../evidence.ts';
import type { RuleBook } from '../rule-book.ts';
import type { Violation } from '../violation.ts';

/** Every event is one that the pinned definition allows after the one before it. */
export function* checkSteps({ orders }: Evidence): Iterable<Violation> {
  for (const order of orders.values()) {
    if (order.book === undefined) continue;
    for (const event of order.trail) {
      const fault = faultOf(event, order, order.book);
      if (fault === null) continue;
      const { version, type, from, to } = event.head;
      const detail = `version ${version}, ${type} ${event.head.event ?? event.head.task ?? ''} ${from} → ${to}: ${fault}`;
      yield { promise: 'step-illegal', orderId: order.id, detail };
    }
  }
}

/** Why the event could not happen; null if it could. */
function faultOf(event: RecordedEvent, order: OrderEvidence, book: RuleBook): string | null {
  const { type, version, from, to } = event.head;
  if ((type === 'created') !== (version === 1)) return 'an order is created once, and first';
  if (type === 'created') return to === book.initial ? null : `${book.initial} is the initial state`;
  if (from === null || book.state(from) === undefined) return 'there is no such state';
  switch (type) {
    case 'transitioned':
      return transitionFault(event, from, book);
    case 'work_accepted':
      return startedFault(event, from, book);
    case 'work_ended':
    case 'resolved':
      return endFault(event, order, book);
    case 'edited':
      return from === to && book.state(from)?.editable === true ? null : 'the state is not editable';
    case 'timer_skipped':
      return from === to && book.timerTargets(from).length > 0 ? null : 'the state has no timer';
    case 'redriven':
      return book.state(from)?.review?.redrive === to ? null : 'no redrive leads there';
    case 'reviewed':
      return from === to && book.state(from)?.review !== undefined ? null : 'nobody is asked to review';
    case 'compensated':
    case 'retried':
    case 'erased':
      return from === to ? null : 'it moves no order';
  }
}

function transitionFault({ head }: RecordedEvent, from: string, book: RuleBook): string | null {
  if (head.event === null) return book.timerTargets(from).includes(head.to) ? null : 'no timer leads there';
  return book.exits(from, head.event).some(({ to }) => to === head.to) ? null : 'no such transition';
}

function startedFault({ head }: RecordedEvent, from: string, book: RuleBook): string | null {
  if (head.to !== from) return 'work that begins moves no order';
  return book.exits(from, head.event ?? '').some(({ run }) => run !== undefined) ? null : 'it starts no work';
}

/** An end that moves the order leads where the work leads to whose task it is, and from the state of that work. */
function endFault({ head, payload }: RecordedEvent, { trail }: OrderEvidence, book: RuleBook): string | null {
  if (head.from === head.to && payload?.entered !== true) return null;
  const id = parseTaskId(payload?.work?.id ?? '');
  const start = id === undefined ? undefined : trail[id.version - 1];
  const works = start === undefined ? [] : book.startedBy(start);
  const isLed = works.some(({ state, targets }) => state === head.from && targets.includes(head.to));
  return isLed ? null : 'no work that was started leads there';
}
