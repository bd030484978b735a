import { beforeAll, describe, expect, it } from 'vitest';
import type { EventHead } from '../../order/event.ts';
import type { Order } from '../../order/order.ts';
import type { LiveOrder, Task } from '../../order/work.ts';
import type { OpenTask, RecordedEvent } from '../../ports/store.ts';
import { checkHistory } from './check-history.ts';
import type { FinalOrder, FinalState } from './final-state.ts';
import type { Answer, Call, History } from './history.ts';
import { type RecordedRun, recordRun } from './recorded-run.ts';

let run: RecordedRun;
beforeAll(async () => {
  run = await recordRun();
});

/** A run with something put wrong in it. */
type Tampering = (run: RecordedRun) => {
  readonly history?: Partial<History>;
  readonly final?: Partial<FinalState>;
};

function broken(tampering: Tampering, atRest = false): readonly string[] {
  const { history = {}, final = {} } = tampering(run);
  const violations = checkHistory({ ...run.history, ...history }, { ...run.final, ...final }, { atRest });
  return violations.map(({ promise }) => promise);
}

describe('the history of a run', () => {
  it('in which all is well breaks no promise', () => {
    expect(checkHistory(run.history, run.final, { atRest: false })).toEqual([]);
  });

  it('in which a reader is told no positions breaks no promise either', () => {
    expect(broken((all) => ({ history: ofReader(all, unplaced) }))).toEqual([]);
  });

  it('has something of everything in it', () => {
    const types = new Set(run.final.orders.flatMap(({ trail }) => trail.map(({ head }) => head.type)));
    expect([...types].sort()).toEqual(['compensated', 'created', 'transitioned', 'work_ended']);
    const kinds = run.history.calls.map(({ answer }) =>
      answer.kind === 'accepted' && answer.replayed ? 'replayed' : answer.kind,
    );
    expect(new Set(kinds)).toEqual(new Set(['accepted', 'refused', 'replayed']));
    expect(run.final.tasks.map(({ name }) => name)).toEqual(['payment.charge']);
  });

  it.each<[string, string, Tampering]>([
    [
      'an acknowledged order that is not there',
      'acknowledged-step-lost',
      ({ final, shop }) => ({ final: { orders: final.orders.filter(({ order }) => order.id !== shop) } }),
    ],
    [
      'a step that was acknowledged and is another call’s',
      'acknowledged-step-lost',
      (all) => ({ history: changed(all, 4, { requestId: 'r99' }) }),
    ],
    [
      'an answer that shows another state than the version has',
      'acknowledged-step-lost',
      (all) => ({ history: answered(all, 4, { status: 'SHIPPED' }) }),
    ],
    [
      'an event that a refused call has caused',
      'refused-step-written',
      (all) => ({ history: changed(all, 6, { answer: REFUSED }) }),
    ],
    [
      'an event that nobody has asked for',
      'step-unasked',
      ({ history }) => ({ history: { calls: history.calls.filter(({ requestId }) => requestId !== 'r6') } }),
    ],
    [
      'an event of a call for another order',
      'step-unasked',
      (all) => ({ history: changed(all, 4, { orderId: all.confirmed }) }),
    ],
    [
      'two events of one call that are not its one step',
      'step-doubled',
      (all) => ({
        final: ofOrder(all, all.shop, ({ order, trail }) => ({
          order,
          trail: trail.map((event) =>
            event.head.version === 3 ? withPayload(event, { requestId: 'r4' }) : event,
          ),
        })),
      }),
    ],
    [
      'two calls of a key that have both written',
      'step-doubled',
      (all) => ({ history: changed(all, 6, { key: 'pay' }) }),
    ],
    [
      'a version that two calls were told as theirs',
      'version-shared',
      (all) => ({ history: answered(all, 5, { isStep: true }) }),
    ],
    [
      'a read that shows less than was shown before',
      'time-reversed',
      ({ history, shop }) => ({
        history: {
          reads: [{ ...READ, orderId: shop, seen: { version: 1, status: 'OPEN' } }],
          calls: history.calls,
        },
      }),
    ],
    [
      'a read that finds nothing after something was shown',
      'time-reversed',
      ({ shop }) => ({ history: { reads: [{ ...READ, orderId: shop, seen: null }] } }),
    ],
    [
      'a read of a version that nobody had asked for yet',
      'time-reversed',
      ({ shop }) => ({
        history: {
          reads: [
            { ...READ, orderId: shop, beganAt: 5, endedAt: 5.5, seen: { version: 3, status: 'SHIPPED' } },
          ],
        },
      }),
    ],
    [
      'a step that was made after a later one was shown',
      'time-reversed',
      (all) => ({ history: changed(all, 4, { beganAt: 90, endedAt: 91 }) }),
    ],
    [
      'a read that shows a version in a state that it never had',
      'answer-untrue',
      ({ shop }) => ({
        history: { reads: [{ ...READ, orderId: shop, seen: { version: 3, status: 'PAID' } }] },
      }),
    ],
    [
      'a refusal for a state that the order was not in',
      'answer-untrue',
      (all) => ({
        history: changed(all, 3, {
          answer: { kind: 'refused', replayed: false, rejection: { ...ILLEGAL, from: 'PAID', event: 'pay' } },
        }),
      }),
    ],
    [
      'a refusal of an event that the state accepts',
      'answer-untrue',
      (all) => ({
        history: changed(all, 3, {
          answer: { kind: 'refused', replayed: false, rejection: { ...ILLEGAL, from: 'OPEN', event: 'pay' } },
        }),
      }),
    ],
    [
      'a conflict with a version that the order did not have',
      'answer-untrue',
      (all) => ({
        history: changed(all, 3, {
          answer: {
            kind: 'refused',
            replayed: false,
            rejection: { code: 'version-conflict', currentVersion: 3 },
          },
        }),
      }),
    ],
    [
      'one key with two answers',
      'key-answers-differ',
      (all) => ({ history: answered(all, 5, { version: 1, status: 'OPEN' }) }),
    ],
    [
      'a key that is refused after it was answered',
      'key-answers-differ',
      (all) => ({ history: changed(all, 5, { answer: REFUSED }) }),
    ],
    [
      'a kept refusal that may end otherwise',
      'key-answers-differ',
      (all) => ({
        history: changed(all, 3, {
          key: 'k',
          answer: {
            kind: 'refused',
            replayed: true,
            rejection: { code: 'version-conflict', currentVersion: 1 },
          },
        }),
      }),
    ],
    [
      'a payload that was changed',
      'chain-broken',
      (all) => ({
        final: ofOrder(all, all.shop, ({ order, trail }) => ({
          order,
          trail: trail.with(1, { ...(trail[1] as RecordedEvent), payloadText: '{}' }),
        })),
      }),
    ],
    [
      'a row that is not what its events make',
      'chain-broken',
      (all) => ({ final: ofRow(all, all.shop, { customerId: 'somebody' }) }),
    ],
    [
      'a definition that is not there',
      'chain-broken',
      ({ final }) => ({ final: { definitions: final.definitions.slice(1) } }),
    ],
    [
      'a transition that the definition lacks',
      'step-illegal',
      (all) => ({ final: ofHead(all, all.shop, 3, { to: 'CANCELLED' }) }),
    ],
    [
      'an end of work that leads elsewhere',
      'step-illegal',
      (all) => ({ final: ofHead(all, all.confirmed, 4, { to: 'SUBMITTED' }) }),
    ],
    [
      'a compensation that moves its order',
      'step-illegal',
      (all) => ({ final: ofHead(all, all.failed, 5, { to: 'CONFIRMED' }) }),
    ],
    [
      'an order that begins elsewhere',
      'step-illegal',
      (all) => ({ final: ofHead(all, all.shop, 1, { to: 'PAID' }) }),
    ],
    [
      'an order that is created twice',
      'step-illegal',
      (all) => ({ final: ofHead(all, all.shop, 2, { type: 'created' }) }),
    ],
    [
      'a task that no commit has started',
      'task-unfounded',
      (all) => ({ final: ofTask(all, { id: `${all.charging}:3:7` }) }),
    ],
    [
      'a task of another name than its step has',
      'task-unfounded',
      (all) => ({ final: ofTask(all, { name: 'payment.refund' }) }),
    ],
    [
      'an attempt at a task that no commit has started',
      'task-unfounded',
      ({ history, confirmed }) => ({
        history: {
          attempts: [
            ...history.attempts,
            { effectKey: `${confirmed}:2:0`, task: 'payment.charge', token: 1 },
          ],
        },
      }),
    ],
    [
      'a task that is open and has ended',
      'task-doubled',
      (all) => ({ final: ofTask(all, { id: `${all.confirmed}:3:0`, orderId: all.confirmed }) }),
    ],
    [
      'a token that two attempts had',
      'token-shared',
      ({ history }) => ({ history: { attempts: [...history.attempts, ...history.attempts] } }),
    ],
    [
      'more attempts than are allowed',
      'attempts-exceeded',
      ({ history }) => ({
        history: {
          attempts: [2, 3, 4, 5, 6]
            .flatMap((token) => history.attempts.map((one) => ({ ...one, token })))
            .concat(history.attempts),
        },
      }),
    ],
    [
      'an effect that has happened twice',
      'effect-doubled',
      (all) => ({ history: ofEffect(all, { times: 2 }) }),
    ],
    [
      'an effect of a step that there is not',
      'effect-unfounded',
      (all) => ({ history: ofEffect(all, { effectKey: `${all.confirmed}:9:0` }) }),
    ],
    [
      'an effect of an order that there is not',
      'effect-unfounded',
      (all) => ({ history: ofEffect(all, { effectKey: `${all.confirmed.slice(0, -1)}0:3:0` }) }),
    ],
    ['a recorded effect that never happened', 'effect-lost', () => ({ history: { effects: [] } })],
    [
      'an effect that its order calls failed and does not take back',
      'effect-kept',
      (all) => ({ history: ofEffect(all, { effectKey: `${all.failed}:3:0` }) }),
    ],
    [
      'an effect that was taken back unasked',
      'undo-unfounded',
      (all) => ({ history: ofEffect(all, { undone: true }) }),
    ],
    ['a charge of another amount', 'money-wrong', (all) => ({ history: ofEffect(all, { amount: '19.99' }) })],
    [
      'a balance that is not the sum',
      'stock-wrong',
      ({ final }) => ({
        final: { stock: final.stock.map((one) => ({ ...one, balance: { ...one.balance, reserved: 0 } })) },
      }),
    ],
    [
      'a movement that is lost',
      'stock-wrong',
      ({ final }) => ({
        final: { stock: final.stock.map((one) => ({ ...one, movements: one.movements.slice(1) })) },
      }),
    ],
    [
      'an adjustment that is lost',
      'stock-wrong',
      ({ history }) => ({
        history: {
          stockCalls: [
            ...history.stockCalls,
            { ...(history.stockCalls[0] as History['stockCalls'][number]), value: 4 },
          ],
        },
      }),
    ],
    ['an adjustment that nobody has asked for', 'stock-wrong', () => ({ history: { stockCalls: [] } })],
    [
      'an event that the feed lacks',
      'feed-lost',
      ({ final }) => ({
        final: {
          feeds: new Map([...final.feeds].map(([tenant, events]) => [tenant, events.toSpliced(2, 1)])),
        },
      }),
    ],
    [
      'an event that a reader has passed',
      'feed-lost',
      (all) => ({ history: ofReader(all, (events) => events.toSpliced(-2, 1)) }),
    ],
    [
      'an event that a reader has passed who is told no positions',
      'feed-lost',
      (all) => ({ history: ofReader(all, (events) => unplaced(events).toSpliced(-2, 1)) }),
    ],
    [
      'an event that a reader was shown and that is not there',
      'feed-lost',
      (all) => ({
        history: ofReader(all, (events) => [
          ...unplaced(events),
          { position: null, orderId: all.charging, version: 99 },
        ]),
      }),
    ],
    [
      'an event that a reader is shown twice',
      'feed-doubled',
      (all) => ({
        history: ofReader(all, (events) =>
          events.flatMap((event, index) => (index === 1 ? [event, event] : [event])),
        ),
      }),
    ],
    [
      'events that a reader is shown in the wrong turn',
      'feed-inverted',
      (all) => ({ history: ofReader(all, (events) => events.toReversed()) }),
    ],
  ])('tells of %s', (_, promise, tampering) => {
    expect(broken(tampering)).toContain(promise);
  });

  it.each<[string, (run: RecordedRun) => Partial<FinalState>]>([
    ['still has a task that nobody carries out', () => ({})],
    [
      'has a timer that is overdue',
      (all) =>
        ofRow(noTasks(all), all.shop, {
          settled: false,
          work: { tasks: [], timers: [{ enteredVersion: 3, index: 0, dueAt: 0 }], effects: [], runs: [] },
        }),
    ],
    [
      'is in a state that nothing leaves',
      (all) => ofRow(noTasks(all), all.charging, { work: { tasks: [], timers: [], effects: [], runs: [] } }),
    ],
    [
      'is blocked by nothing',
      (all) =>
        ofRow(noTasks(all), all.charging, {
          blocked: true,
          work: { tasks: [], timers: [], effects: [], runs: [] },
        }),
    ],
  ])('that has come to rest tells of an order that %s', (_, tampering) => {
    expect(broken((all) => ({ final: tampering(all) }), true)).toContain('order-stuck');
  });

  it('that is cut off anywhere may leave calls without an answer, whether they were carried out or not', () => {
    const { calls } = run.history;
    const asked = {
      ...(calls[3] as Call),
      requestId: 'r99',
      key: null,
      endedAt: null,
      answer: { kind: 'unknown' } as const,
    };
    const unanswered = calls.map((call) =>
      call.requestId === 'r6' ? { ...call, endedAt: null, answer: asked.answer } : call,
    );
    expect(broken(() => ({ history: { calls: [...unanswered, asked] } }))).toEqual([]);
  });
});

const ILLEGAL = {
  code: 'illegal-transition',
  to: null,
  allowedEvents: [],
  legalFrom: [],
  declaredStatus: 422,
} as const;
const REFUSED: Answer = {
  kind: 'refused',
  replayed: false,
  rejection: { ...ILLEGAL, from: 'PAID', event: 'pay' },
};
const READ = { tenant: 1, beganAt: 100, endedAt: 101 };

/** The call with that number, changed. */
function changed({ history }: RecordedRun, number: number, change: Partial<Call>): Partial<History> {
  const calls = history.calls.map((call) =>
    call.requestId === `r${number}` ? { ...call, ...change } : call,
  );
  return { calls };
}

function answered(all: RecordedRun, number: number, change: Partial<Answer>): Partial<History> {
  const answer = all.history.calls.find(({ requestId }) => requestId === `r${number}`)?.answer;
  return changed(all, number, { answer: { ...answer, ...change } as Answer });
}

function ofOrder(
  { final }: RecordedRun,
  id: string,
  change: (order: FinalOrder) => FinalOrder,
): Partial<FinalState> {
  return { orders: final.orders.map((one) => (one.order.id === id ? change(one) : one)) };
}

function ofRow(all: RecordedRun, id: string, change: Partial<LiveOrder & Order>): Partial<FinalState> {
  const orders = ofOrder(all, id, ({ order, trail }) => ({ order: { ...order, ...change }, trail }));
  return { ...orders, tasks: all.final.tasks };
}

/** The run without anything that would not be at rest. */
function noTasks(all: RecordedRun): RecordedRun {
  const orders = all.final.orders.filter(
    ({ order }) => order.id !== all.charging || order.work.tasks.length === 0,
  );
  const charging = all.final.orders.filter(({ order }) => order.id === all.charging);
  return { ...all, final: { ...all.final, orders: [...orders, ...charging], tasks: [] } };
}

function ofTask({ final }: RecordedRun, change: Partial<Task & OpenTask>): Partial<FinalState> {
  return { tasks: final.tasks.map((task) => ({ ...task, ...change })) };
}

function ofHead(
  all: RecordedRun,
  id: string,
  version: number,
  change: Partial<EventHead>,
): Partial<FinalState> {
  return ofOrder(all, id, ({ order, trail }) => ({
    order,
    trail: trail.map((event) =>
      event.head.version === version ? { ...event, head: { ...event.head, ...change } } : event,
    ),
  }));
}

function ofEffect({ history }: RecordedRun, change: Partial<History['effects'][number]>): Partial<History> {
  return { effects: history.effects.map((effect) => ({ ...effect, ...change })) };
}

type Shown = History['subscriptions'][number]['events'];

function ofReader({ history }: RecordedRun, change: (events: Shown) => Shown): Partial<History> {
  return {
    subscriptions: history.subscriptions.map(({ tenant, events }) => ({ tenant, events: change(events) })),
  };
}

/** As a reader over HTTP is shown them. */
function unplaced(events: Shown): Shown {
  return events.map((event) => ({ ...event, position: null }));
}

function withPayload(
  event: RecordedEvent,
  change: Partial<NonNullable<RecordedEvent['payload']>>,
): RecordedEvent {
  return { ...event, payload: event.payload === null ? null : { ...event.payload, ...change } };
}
