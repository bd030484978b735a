/** What the files call the states of an order. */
export const STATUSES = [
  'created',
  'approved',
  'invoiced',
  'processing',
  'shipped',
  'delivered',
  'unavailable',
  'canceled',
] as const;

export type Status = (typeof STATUSES)[number];

/** The status of an order, and when its steps happened, as far as that is known. */
export interface History {
  readonly status: Status;
  readonly approvedAt: string | null;
  readonly shippedAt: string | null;
  readonly deliveredAt: string | null;
}

/** An event to send, the state that it leads to, and when it happened. */
export interface Step {
  readonly event: string;
  readonly to: string;
  /** Null where the files do not say. */
  readonly at: string | null;
}

/** The steps whose time the files may have, in their order. */
type TimedEvent = 'approve' | 'ship' | 'deliver';
const TIMED: readonly TimedEvent[] = ['approve', 'ship', 'deliver'];

/** Where an event leads. */
const TARGETS = {
  approve: 'APPROVED',
  invoice: 'INVOICED',
  process: 'PROCESSING',
  ship: 'SHIPPED',
  deliver: 'DELIVERED',
  withdraw: 'UNAVAILABLE',
  cancel: 'CANCELED',
} as const;

type EventName = keyof typeof TARGETS;

/**
 * The way to a status. Whether an order on its way was ever invoiced or in processing is nowhere in the files, so those
 * are steps of the orders only that stand there.
 */
const WAYS: Readonly<Record<Exclude<Status, 'canceled' | 'unavailable'>, readonly EventName[]>> = {
  created: [],
  approved: ['approve'],
  invoiced: ['approve', 'invoice'],
  processing: ['approve', 'process'],
  shipped: ['approve', 'ship'],
  delivered: ['approve', 'ship', 'deliver'],
};

/** The state that an order of this status ends in. */
export function stateOf(status: Status): string {
  return status.toUpperCase();
}

/** The steps that lead an order to its status; undefined if a time is known of a step that its status rules out. */
export function stepsOf(history: History): readonly Step[] | undefined {
  const times = timesOf(history);
  const events = wayTo(history.status, times);
  if (TIMED.some((event) => times[event] !== null && !events.includes(event))) return undefined;
  return events.map((event) => ({ event, to: TARGETS[event], at: isTimed(event) ? times[event] : null }));
}

/** What is left of the way for an order that stands in a state; undefined if the state is not on it. */
export function stepsFrom(state: string, steps: readonly Step[]): readonly Step[] | undefined {
  if (state === 'CREATED') return steps;
  const index = steps.findIndex(({ to }) => to === state);
  return index === -1 ? undefined : steps.slice(index + 1);
}

function wayTo(status: Status, times: Record<TimedEvent, string | null>): readonly EventName[] {
  if (status === 'unavailable') return times.approve === null ? ['withdraw'] : ['approve', 'withdraw'];
  if (status !== 'canceled') return WAYS[status];
  // As far as it is known to have come. A step before a known one happened too, whenever that was.
  const last = TIMED.findLastIndex((event) => times[event] !== null);
  return [...TIMED.slice(0, last + 1), 'cancel'];
}

function timesOf({ approvedAt, shippedAt, deliveredAt }: History): Record<TimedEvent, string | null> {
  return { approve: approvedAt, ship: shippedAt, deliver: deliveredAt };
}

function isTimed(event: EventName): event is TimedEvent {
  return TIMED.some((one) => one === event);
}
