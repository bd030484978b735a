import fc from 'fast-check';
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
      'if the work of one final state gives it back, where others keep it',
      {
        ...RESERVING,
        RESERVED: {
          run: NOTIFY,
          done: 'LAID_ASIDE',
          failed: 'CANCELLED',
          on: { ship: { run: { task: 'stock.ship' }, done: 'SHIPPED' } },
        },
        LAID_ASIDE: END,
        SHIPPED: END,
        CANCELLED: { final: true, run: { task: 'stock.release' } },
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
    [
      'if a new run may start after the work of the end was given up with it',
      {
        ASKED: { on: { go: 'ENDED' } },
        ENDED: {
          final: true,
          run: [
            { task: 'stock.reserve', undo: 'stock.release' },
            { task: 'stock.check' },
            { task: 'stock.ship' },
          ],
          review: { redrive: 'ASKED' },
        },
      },
      ['hold-not-released /states/ENDED/review/redrive'],
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

describe('a hold is followed', () => {
  it('through work that leads in a circle, which comes to no end', () => {
    const states = {
      ...RESERVING,
      RESERVED: { on: { cancel: 'X', ship: 'SHIPPED' } },
      X: { run: NOTIFY, done: 'Y' },
      Y: { run: NOTIFY, done: 'X', on: { close: 'SHIPPED' } },
      SHIPPED: END,
    };
    expect(findingsOf(states)).toEqual(['unattended-loop /states/X']);
  });

  it('once, where two events lead to the same work', () => {
    const states = {
      ...RESERVING,
      RESERVED: { on: { ship: 'SHIPPED', cancel: 'CLOSING', wait: 'WAITING' } },
      WAITING: { on: { drop: 'CLOSING', go_on: 'RESERVED' } },
      CLOSING: { run: NOTIFY, done: 'CLOSED' },
      SHIPPED: END,
      CLOSED: END,
    };
    expect(findingsOf(states)).toEqual([
      'hold-kept-on-cancel /states/RESERVED/on/ship',
      'hold-kept-on-cancel /states/RESERVED/on/cancel',
      'hold-kept-on-cancel /states/WAITING/on/drop',
    ]);
  });

  it('not past an event that somebody has to send after a failure', () => {
    const states = {
      ...RESERVING,
      RESERVED: { run: NOTIFY, done: 'SHIPPED', failed: 'STUCK' },
      STUCK: { on: { close: 'CLOSED' } },
      SHIPPED: END,
      CLOSED: END,
    };
    expect(findingsOf(states)).toEqual([]);
  });

  it('to an end that is lost already only for that', () => {
    const states = {
      ...RESERVING,
      RESERVED: { on: { ship: 'SHIPPED', lay_aside: 'STORED', drop: 'DROPPED' }, after: { '1d': 'DROPPED' } },
      SHIPPED: END,
      STORED: END,
      DROPPED: END,
    };
    expect(findingsOf(states)).toEqual([
      'hold-not-released /states/DROPPED',
      'hold-kept-on-cancel /states/RESERVED/on/ship',
      'hold-kept-on-cancel /states/RESERVED/on/lay_aside',
    ]);
  });
});

describe('a hold is left aside', () => {
  it('on ways to states that there are not, and where an order cannot begin', () => {
    const states = {
      ...RESERVING,
      RESERVED: { on: { pay: 'PIAD', give_up: 'FAILED' }, after: { '1d': 'GONE' } },
    };
    expect(findingsOf(states)).toEqual([
      'unknown-target /states/RESERVED/on/pay',
      'unknown-target /states/RESERVED/after/1d',
    ]);
    const codes = verifyWorkflow({ name: 'x', initial: 'NOWHERE', states }).map(({ code }) => code);
    expect(codes).toEqual(['initial-unknown', 'unknown-target', 'unknown-target']);
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

describe('any graph', () => {
  it('has the losses that are found by following every path', () => {
    const target = fc.constantFrom('A', 'B', 'C', 'X', 'Y', 'Z');
    const maybe = fc.option(target, { nil: undefined });
    const tasks = fc.array(fc.constantFrom('take', 'give', 'ship', 'look'), { minLength: 1, maxLength: 2 });
    const state = fc.record({
      on: fc.dictionary(fc.constantFrom('x', 'y'), target),
      work: fc.option(fc.record({ tasks, done: target, failed: maybe }), { nil: undefined }),
      timer: maybe,
      compensate: fc.constantFrom(false, false, false, true),
    });
    const end = fc.record({ compensate: fc.boolean() });
    const sketches = fc.record({ A: state, B: state, C: state, X: end, Y: end, Z: end });
    let losses = 0;
    fc.assert(
      fc.property(sketches, (sketch) => {
        const states = Object.fromEntries(Object.entries(sketch).map(([name, one]) => [name, drawn(one)]));
        const found = findingsOf(states).filter((one) => one.startsWith('hold-not-released'));
        const expected = lossesOf(sketch);
        losses += expected.length;
        expect(found.sort()).toEqual(expected.map((name) => `hold-not-released /states/${name}`));
      }),
      { numRuns: 3_000 },
    );
    expect(losses).toBeGreaterThan(100);
  });
});

type Task = 'take' | 'give' | 'ship' | 'look';
type Having = 'free' | 'held' | 'used';
interface Sketch {
  readonly compensate: boolean;
  readonly on?: Readonly<Record<string, string>>;
  readonly work?:
    | { readonly tasks: readonly Task[]; readonly done: string; readonly failed: string | undefined }
    | undefined;
  readonly timer?: string | undefined;
}
type Sketches = Readonly<Record<string, Sketch>>;

const STEPS = {
  take: RESERVE,
  give: { task: 'stock.release' },
  ship: { task: 'stock.ship' },
  look: { task: 'stock.check' },
};

function drawn({ compensate, on, work, timer }: Sketch): StateDefinition {
  if (on === undefined) return { final: true, compensate };
  return {
    compensate,
    on,
    ...(work === undefined ? {} : { run: work.tasks.map((task) => STEPS[task]), done: work.done }),
    ...(work?.failed === undefined ? {} : { failed: work.failed }),
    ...(timer === undefined ? {} : { after: { '1h': timer } }),
  };
}

type Place = readonly [state: string, having: Having];
interface Hop {
  readonly from: Place;
  readonly kind: 'event' | 'done' | 'failed' | 'timer';
  readonly before: Having;
  readonly to: Place;
}

/** The rule as docs/WORKFLOWS.md has it, without any shortcut. */
function lossesOf(sketches: Sketches): readonly string[] {
  const hops = hopsFrom(sketches);
  const after = (starts: readonly Place[], follow: (hop: Hop) => boolean) => {
    const seen = new Map(starts.map((place) => [place.join(), place]));
    for (const place of seen.values()) {
      for (const hop of hops) {
        if (hop.from.join() === place.join() && follow(hop) && !seen.has(hop.to.join()))
          seen.set(hop.to.join(), hop.to);
      }
    }
    return [...seen.values()].filter(([state]) => isEnd(sketches[state]));
  };
  const names = (places: readonly Place[]) => new Set(places.map(([state]) => state));
  const branches = (from: Place, counted: (place: Place) => boolean) =>
    names(after([from], () => true).filter(counted)).size > 1;
  const wrong = hops.filter(({ kind }) => kind === 'failed' || kind === 'timer');
  const cancelling = names(
    wrong
      .filter((hop) => branches(hop.from, () => true))
      .flatMap((hop) => after([hop.to], ({ kind }) => kind !== 'event')),
  );
  const risky = hops.filter(
    (hop) =>
      hop.before === 'held' && hop.to[1] === 'held' && branches(hop.from, ([, having]) => having !== 'free'),
  );
  const lost = risky.flatMap((hop) => {
    if (hop.kind === 'done') return [];
    const follow = ({ kind, to }: Hop) =>
      to[1] === 'held' && (hop.kind === 'event' ? kind === 'done' : kind !== 'event');
    const ends = after([hop.to], follow).filter(([state]) => hop.kind !== 'event' || cancelling.has(state));
    return ends.filter(([, having]) => having === 'held');
  });
  return [...names(lost)].sort();
}

function isEnd(sketch: Sketch | undefined): boolean {
  return sketch?.on === undefined && sketch?.compensate === false;
}

/** Every hop of every order. */
function hopsFrom(sketches: Sketches): readonly Hop[] {
  const hops: Hop[] = [];
  const seen = new Map<string, Place>([['A,free', ['A', 'free']]]);
  for (const from of seen.values()) {
    const { on = {}, work, timer } = sketches[from[0]] as Sketch;
    const tasks = work?.tasks ?? [];
    const parts = [tasks.slice(0, 0), ...(tasks.length > 1 ? [tasks.slice(0, 1)] : [])];
    const partly = parts.map((some) => some.reduce(having, from[1]));
    const go = (kind: Hop['kind'], to: string | undefined, before: Having) => {
      if (to === undefined) return;
      const place: Place = [to, sketches[to]?.compensate ? 'free' : before];
      hops.push({ from, kind, before, to: place });
      if (!seen.has(place.join())) seen.set(place.join(), place);
    };
    for (const before of partly) {
      for (const to of Object.values(on)) go('event', to, before);
      go('timer', timer, before);
      go('failed', work?.failed, before);
    }
    go('done', work?.done, tasks.reduce(having, from[1]));
  }
  return hops;
}

function having(before: Having, task: Task): Having {
  if (task === 'take') return 'held';
  if (before !== 'held' || task === 'look') return before;
  return task === 'give' ? 'free' : 'used';
}
