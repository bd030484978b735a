import type { EventType } from '../../../order/event.ts';

/** Event types by the number that a row has for them. Numbers stand in databases: only add at the end. */
const NAMES: readonly EventType[] = [
  'created',
  'edited',
  'transitioned',
  'work_accepted',
  'work_ended',
  'compensated',
  'timer_skipped',
  'retried',
  'resolved',
  'reviewed',
  'redriven',
  'erased',
];
const NUMBERS = new Map(NAMES.map((name, index) => [name, index + 1]));

export function numberOfType(type: EventType): number {
  const number = NUMBERS.get(type);
  if (number === undefined) throw new TypeError(`no event is of the type ${type}`);
  return number;
}

export function typeOfNumber(number: number): EventType {
  const type = NAMES[number - 1];
  if (type === undefined) throw new Error(`no type of events has the number ${number}`);
  return type;
}
