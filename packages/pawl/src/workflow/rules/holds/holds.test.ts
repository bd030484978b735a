import { describe, expect, it } from 'vitest';
import type { StateDefinition, WorkflowDefinition } from '../../definition.ts';
import { verifyWorkflow } from '../../verify.ts';

const RESERVE = { task: 'stock.reserve', undo: 'stock.release' };
const CHARGE = { task: 'payment.charge', undo: 'payment.refund' };
const NOTIFY = { task: 'notify', topic: 'people' };

const END: StateDefinition = { final: true };
const GIVING_BACK: StateDefinition = { final: true, compensate: true };

/** Stock is reserved, then the customer may pay; what happens next is up to each test. */
const RESERVING: Readonly<Record<string, StateDefinition>> = {
  ASKED: { run: RESERVE, done: 'RESERVED', failed: 'FAILED' },
  FAILED: GIVING_BACK,
};

function findingsOf(
  states: Readonly<Record<string, StateDefinition>>,
  tasks?: WorkflowDefinition['tasks'],
): readonly string[] {
  const initial = Object.keys(states)[0] ?? '';
  const definition = { name: 'x', initial, ...(tasks === undefined ? {} : { tasks }), states };
  return verifyWorkflow(definition).map(({ code, place }) => `${code} ${place}`);
}

describe('a hold is fine', () => {
  it.each<[string, Record<string, StateDefinition>]>([
    [
      'if every way back gives it back, and one end is left that keeps it',
      {
        ...RESERVING,
        RESERVED: { on: { pay: 'PAID', cancel: 'CANCELLED' }, after: { '30m': 'CANCELLED' } },
        PAID: { on: { ship: 'SHIPPED', cancel: 'CANCELLED' } },
        SHIPPED: END,
        CANCELLED: GIVING_BACK,
      },
    ],
    [
      'if the order ends well by a timer',
      {
        CREATED: { on: { pay: { run: CHARGE, done: 'PAID' } } },
        PAID: { on: { deliver: 'DELIVERED', cancel: 'CANCELLED' } },
        DELIVERED: { on: { return: 'RETURNED', accept: 'COMPLETED' }, after: { '14d': 'COMPLETED' } },
        COMPLETED: END,
        CANCELLED: GIVING_BACK,
        RETURNED: GIVING_BACK,
      },
    ],
    [
      'if a step of its own gives it back',
      {
        CREATED: { on: { pay: { run: CHARGE, done: 'PAID' } } },
        PAID: {
          on: { return: { run: { task: 'payment.refund' }, done: 'RETURNED' } },
          after: { '14d': 'COMPLETED' },
        },
        COMPLETED: END,
        RETURNED: END,
      },
    ],
    [
      'if the work of the final state gives it back',
      {
        CREATED: { on: { pay: { run: CHARGE, done: 'PAID' } } },
        PAID: { on: { ship: 'SHIPPED' }, after: { '14d': 'CANCELLED' } },
        SHIPPED: END,
        CANCELLED: { final: true, run: { task: 'payment.refund' } },
      },
    ],
    [
      'if it is given back on the way',
      {
        ...RESERVING,
        RESERVED: { on: { ship: 'SHIPPED' }, after: { '30m': 'CANCELLING' } },
        CANCELLING: { compensate: true, run: NOTIFY, done: 'CANCELLED' },
        SHIPPED: END,
        CANCELLED: END,
      },
    ],
    [
      'if stock was shipped before the parcel was lost',
      {
        ...RESERVING,
        RESERVED: { on: { ship: { run: { task: 'stock.ship' }, done: 'SHIPPED' } } },
        SHIPPED: { on: { deliver: 'DELIVERED' }, after: { '30d': 'LOST' } },
        DELIVERED: END,
        LOST: END,
      },
    ],
    [
      'if another try succeeds after the first has failed',
      {
        ...RESERVING,
        RESERVED: { run: CHARGE, done: 'PAID', failed: 'SECOND' },
        SECOND: { run: CHARGE, done: 'PAID', failed: 'FAILED' },
        PAID: END,
      },
    ],
    [
      'if it was taken after the failure',
      {
        CHECKING: { run: { task: 'stock.check' }, done: 'PAYING', failed: 'ASKING' },
        ASKING: { run: CHARGE, done: 'ORDERED' },
        PAYING: { run: CHARGE, done: 'PAID' },
        ORDERED: END,
        PAID: END,
      },
    ],
    [
      'if work may fail without harm',
      {
        ...RESERVING,
        RESERVED: { run: NOTIFY, done: 'DONE', failed: 'DONE' },
        DONE: END,
      },
    ],
    [
      'if the event that takes it ends the order',
      {
        CREATED: {
          on: {
            card: { run: CHARGE, done: 'BY_CARD' },
            invoice: { run: CHARGE, done: 'BY_INVOICE' },
          },
        },
        BY_CARD: END,
        BY_INVOICE: END,
      },
    ],
    [
      'if the failed step is the one that would hold',
      { ASKED: { run: [NOTIFY, RESERVE], done: 'SHIPPED', failed: 'FAILED' }, SHIPPED: END, FAILED: END },
    ],
    [
      'if people look after a failure and only one end keeps it',
      {
        ...RESERVING,
        RESERVED: { run: CHARGE, done: 'PAID', failed: 'STUCK' },
        STUCK: { on: { mend: 'PAID', drop: 'FAILED' } },
        PAID: END,
      },
    ],
  ])('%s', (_when, states) => {
    expect(findingsOf(states)).toEqual([]);
  });
});

describe('a hold is lost', () => {
  it.each<[string, Record<string, StateDefinition>, readonly string[]]>([
    [
      'if a later step of the same work fails',
      { ASKED: { run: [RESERVE, CHARGE], done: 'PAID', failed: 'FAILED' }, PAID: END, FAILED: END },
      ['hold-not-released /states/FAILED'],
    ],
    [
      'if a step at the same time fails',
      {
        ASKED: { run: { all: [RESERVE, CHARGE] }, done: 'PAID', failed: 'FAILED' },
        PAID: END,
        FAILED: END,
      },
      // Once for stock, and once for money.
      ['hold-not-released /states/FAILED', 'hold-not-released /states/FAILED'],
    ],
    [
      'if the work of a later state fails',
      {
        ...RESERVING,
        RESERVED: { run: NOTIFY, done: 'PAID', failed: 'STRANDED' },
        PAID: END,
        STRANDED: END,
      },
      ['hold-not-released /states/STRANDED'],
    ],
    [
      'if work stands between the failure and the end',
      {
        ...RESERVING,
        RESERVED: { run: NOTIFY, done: 'PAID', failed: 'TELLING' },
        TELLING: { run: NOTIFY, done: 'STRANDED' },
        PAID: END,
        STRANDED: END,
      },
      ['hold-not-released /states/STRANDED'],
    ],
    [
      'if a timer leaves while an event’s work has taken it',
      {
        CREATED: {
          on: { buy: { run: [RESERVE, CHARGE], done: 'PAID', failed: 'CANCELLED' } },
          after: { '1d': 'EXPIRED' },
        },
        PAID: END,
        EXPIRED: END,
        CANCELLED: GIVING_BACK,
      },
      ['hold-not-released /states/EXPIRED'],
    ],
    [
      'if an event leads to where a timer gives up',
      {
        CREATED: { on: { pay: { run: CHARGE, done: 'PAID' } }, after: { '1d': 'CANCELLED' } },
        PAID: { on: { ship: 'SHIPPED', cancel: 'CANCELLED' } },
        SHIPPED: END,
        CANCELLED: END,
      },
      ['hold-not-released /states/CANCELLED'],
    ],
    [
      'if stock is shipped on the good way only',
      {
        ...RESERVING,
        RESERVED: { run: { task: 'stock.ship' }, done: 'SHIPPED', failed: 'STRANDED' },
        SHIPPED: END,
        STRANDED: END,
      },
      ['hold-not-released /states/STRANDED'],
    ],
    [
      'if a timer gives up before stock is shipped',
      {
        ...RESERVING,
        RESERVED: {
          on: { ship: { run: { task: 'stock.ship' }, done: 'SHIPPED' } },
          after: { '1d': 'EXPIRED' },
        },
        SHIPPED: END,
        EXPIRED: END,
      },
      ['hold-not-released /states/EXPIRED'],
    ],
    [
      'if a new run starts while the last one holds it',
      {
        ...RESERVING,
        RESERVED: { on: { ship: 'SHIPPED' } },
        SHIPPED: { final: true, review: { redrive: 'ASKED' } },
      },
      ['hold-not-released /states/SHIPPED/review/redrive'],
    ],
  ])('%s', (_when, states, expected) => {
    expect(findingsOf(states)).toEqual(expected);
  });

  it('if a declared task takes it', () => {
    const states = {
      ASKED: { run: { task: 'seat.hold' }, done: 'HELD' },
      HELD: { on: { pay: 'SOLD' }, after: { '15m': 'EXPIRED' } },
      SOLD: END,
      EXPIRED: END,
    };
    const tasks = { 'seat.hold': { holds: 'seat', undo: 'seat.free' }, 'seat.free': {} };
    expect(findingsOf(states, tasks)).toEqual(['hold-not-released /states/EXPIRED']);
    expect(findingsOf({ ...states, EXPIRED: GIVING_BACK }, tasks)).toEqual([]);
    const without = { 'seat.hold': { holds: 'seat' } };
    expect(findingsOf({ ...states, EXPIRED: GIVING_BACK }, without)).toContain(
      'hold-without-undo /states/ASKED/run',
    );
  });
});

describe('a hold is doubtful', () => {
  const PAID: Readonly<Record<string, StateDefinition>> = {
    CREATED: { on: { pay: { run: CHARGE, done: 'PAID' } } },
  };

  it('if two events end the order with it', () => {
    const states = { ...PAID, PAID: { on: { ship: 'SHIPPED', cancel: 'CANCELLED' } }, SHIPPED: END };
    expect(findingsOf({ ...states, CANCELLED: END })).toEqual([
      'hold-kept-on-cancel /states/PAID/on/ship',
      'hold-kept-on-cancel /states/PAID/on/cancel',
    ]);
    expect(findingsOf({ ...states, CANCELLED: GIVING_BACK })).toEqual([]);
  });

  it('if an event leads to an end by the work of a state', () => {
    const states = {
      ...PAID,
      PAID: { on: { ship: 'SHIPPED', cancel: 'CANCELLING' } },
      SHIPPED: { on: { deliver: 'DELIVERED' } },
      CANCELLING: { run: NOTIFY, done: 'CANCELLED' },
      DELIVERED: END,
      CANCELLED: END,
    };
    expect(findingsOf(states)).toEqual(['hold-kept-on-cancel /states/PAID/on/cancel']);
  });

  it('if an event interrupts the work that has taken it', () => {
    const SUBMITTED = { run: [RESERVE, NOTIFY], done: 'DONE', on: { cancel: 'CANCELLED' } };
    expect(findingsOf({ SUBMITTED, DONE: END, CANCELLED: END })).toEqual([
      'hold-kept-on-cancel /states/SUBMITTED/on/cancel',
    ]);
    expect(findingsOf({ SUBMITTED, DONE: END, CANCELLED: GIVING_BACK })).toEqual([]);
  });
});
