import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemDigest } from '../ports/system.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import type { StateDefinition } from '../workflow/definition.ts';
import { genesisHash, sealEvent, verifyChain } from './chain.ts';
import type { Command } from './command.ts';
import { decide } from './decide.ts';
import type { EventHead, OrderEvent } from './event.ts';
import { evolve } from './evolve.ts';
import type { Order } from './order.ts';
import type { PinnedWorkflow } from './situation.ts';
import { type LiveOrder, NO_WORK } from './work.ts';

const STATES = ['A', 'B', 'C', 'D', 'E'];
const EVENTS = ['go', 'back', 'skip', 'stop'];
const CONTEXT = {
  actor: { tenant: 1, number: 1, name: 'p', kind: 'program', roles: [] },
  commandId: 'c',
  requestId: null,
  occurredAt: null,
  precondition: null,
  preconditionRequired: false,
} as const;
const CREATE: Command = {
  kind: 'create',
  externalId: null,
  customerId: null,
  currency: 'USD',
  items: [{ sku: 'A', qty: 1, price: '1.00' }],
  metadata: {},
};

type Table = Record<string, { editable: boolean; on: Record<string, string> }>;

const WORLD = { available: () => 0, queues: () => [] };

/** Any table from state and event to state, reachable or not: deciding needs no verified definition. */
const table: fc.Arbitrary<Table> = fc
  .tuple(
    ...STATES.map(() =>
      fc.record({
        editable: fc.boolean(),
        on: fc.dictionary(fc.constantFrom(...EVENTS), fc.constantFrom(...STATES), { noNullPrototype: true }),
      }),
    ),
  )
  .map((rows) => Object.fromEntries(STATES.map((state, index) => [state, rows[index] as Table[string]])));

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.constantFrom(...EVENTS, 'unheard-of').map((event): Command => ({ kind: 'event', event })),
  fc.constantFrom(...STATES).map((status): Command => ({ kind: 'set-status', status })),
  fc
    .integer({ min: 1, max: 3 })
    .map((qty): Command => ({ kind: 'edit', items: [{ sku: 'A', qty, price: '1.00' }] })),
);

/** The ten lines that a lifecycle is: the state and the quantity after a command, or null for a refusal. */
function model(
  rows: Table,
  state: string,
  qty: number,
  step: Command,
): { state: string; qty: number } | null {
  const row = rows[state] as Table[string];
  if (step.kind === 'edit') return row.editable ? { state, qty: step.items?.[0]?.qty ?? qty } : null;
  if (step.kind === 'event')
    return row.on[step.event] === undefined ? null : { state: row.on[step.event] as string, qty };
  if (step.kind !== 'set-status' || step.status === state) return null;
  return Object.values(row.on).filter((to) => to === step.status).length === 1
    ? { state: step.status, qty }
    : null;
}

function pinned(rows: Table): PinnedWorkflow {
  const states: Record<string, StateDefinition> = rows;
  return {
    version: 1,
    hash: 'a'.repeat(64),
    compiled: compileWorkflow({ name: 'random', initial: 'A', states }),
  };
}

interface Life {
  order: Order;
  events: OrderEvent[];
}

/** These tables have no work: nothing is ever under way. */
function living(order: Order | undefined): LiveOrder | undefined {
  return order === undefined ? undefined : { ...order, work: NO_WORK };
}

/** Takes an order through commands; asserts at each that decision and model agree. */
function live(rows: Table, commands: readonly Command[]): Life {
  const workflow = pinned(rows);
  const life: { order: Order | undefined; events: OrderEvent[] } = { order: undefined, events: [] };
  let expected: { state: string; qty: number } = { state: 'A', qty: 1 };
  for (const [index, step] of [CREATE, ...commands].entries()) {
    const before = structuredClone(life);
    const facts = { ...WORLD, now: 1_000 - index, tenant: 1, orderId: 'ord_1' };
    const decision = decide(living(life.order), step, CONTEXT, workflow, facts);
    const wanted = step.kind === 'create' ? expected : model(rows, expected.state, expected.qty, step);
    expect(decision.ok).toBe(wanted !== null);
    expect(life).toEqual(before);
    if (!decision.ok) continue;
    expect([decision.work, decision.stock]).toEqual([NO_WORK, []]);
    for (const draft of decision.events) {
      const previous = life.order?.lastHash ?? genesisHash(1, 'ord_1', systemDigest);
      const event = sealEvent(draft, previous, String(index).padStart(32, '0'), systemDigest);
      life.order = evolve(life.order, draft, event.hash, workflow.compiled);
      life.events.push(event);
    }
    expected = wanted ?? expected;
    expect([life.order?.status, life.order?.items[0]?.qty]).toEqual([expected.state, expected.qty]);
  }
  return life as Life;
}

const lives = fc
  .tuple(table, fc.array(command, { maxLength: 30 }))
  .map(([rows, commands]) => ({ rows, commands }));

describe('any workflow under any commands', () => {
  it('behaves as the model does, and no refusal changes anything (R0.02, R0.03)', () => {
    fc.assert(
      fc.property(lives, ({ rows, commands }) => void live(rows, commands)),
      { numRuns: 300 },
    );
  });

  it('gives an order whose row is the fold of its events, with dense versions (R0.06)', () => {
    fc.assert(
      fc.property(lives, ({ rows, commands }) => {
        const { order, events } = live(rows, commands);
        const { compiled } = pinned(rows);
        const folded = events.reduce((now: Order | undefined, event) => {
          const draft = { head: event.head, payload: JSON.parse(event.payloadText ?? '') };
          return evolve(now, draft, event.hash, compiled);
        }, undefined);
        expect(folded).toEqual(order);
        expect(events.map(({ head }) => head.version)).toEqual(events.map((_, index) => index + 1));
        expect(order.status).toBe(events.at(-1)?.head.to);
      }),
      { numRuns: 200 },
    );
  });

  it('leaves a chain that verifies whatever payloads are erased by hand (R2.13)', () => {
    fc.assert(
      fc.property(
        lives,
        fc.array(fc.boolean(), { minLength: 31, maxLength: 31 }),
        ({ rows, commands }, erased) => {
          const { order, events } = live(rows, commands);
          const left = events.map((event, index) =>
            erased[index] === true ? { ...event, payload: null, payloadText: null, salt: null } : event,
          );
          expect(verifyChain(order, left, systemDigest, pinned(rows).compiled)).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('leaves a row in which any change shows, also when transitions have lost their payloads', () => {
    fc.assert(
      fc.property(lives, fc.constantFrom(...ROW_TAMPERINGS), ({ rows, commands }, change) => {
        const { order, events } = live(rows, commands);
        const left = events.map((event) =>
          event.head.type === 'transitioned'
            ? { ...event, payload: null, payloadText: null, salt: null }
            : event,
        );
        const breaks = verifyChain({ ...order, ...change }, left, systemDigest, pinned(rows).compiled);
        expect(breaks).toMatchObject([{ kind: 'row-content', version: order.version }]);
        expect(breaks[0]?.detail).toContain(`another ${Object.keys(change)[0]} than`);
      }),
      { numRuns: 200 },
    );
  });

  it('leaves a row of which no erasure hides times, flags and versions', () => {
    fc.assert(
      fc.property(lives, ({ rows, commands }) => {
        const { order, events } = live(rows, commands);
        const left = events.map((event) => ({ ...event, payload: null, payloadText: null, salt: null }));
        const changed = {
          ...order,
          updatedAt: order.updatedAt + 1,
          createdAt: 0,
          settled: !order.settled,
          blocked: true,
          enteredVersion: 99,
          workflowHash: 'b'.repeat(64),
        };
        const [found] = verifyChain(changed, left, systemDigest, pinned(rows).compiled);
        expect(found).toMatchObject({
          kind: 'row-content',
          detail: expect.stringMatching(
            /workflowHash, enteredVersion, settled, blocked, createdAt, updatedAt than/,
          ),
        });
      }),
      { numRuns: 50 },
    );
  });

  it('leaves a chain in which any change shows', () => {
    fc.assert(
      fc.property(lives, fc.nat(), fc.constantFrom(...TAMPERINGS), ({ rows, commands }, at, tamper) => {
        const { order, events } = live(rows, commands);
        const index = at % events.length;
        const forged = tamper(structuredClone(events) as Forged[], index);
        expect(verifyChain(order, forged, systemDigest)).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

/** One change each to a row. Every life is in a state that is not final, and bought in dollars. */
const ROW_TAMPERINGS: readonly Partial<Order>[] = [
  { amountTotal: '0.01' },
  { currency: 'EUR' },
  { customerId: 'c-2' },
  { externalId: 'x-2' },
  { items: [{ sku: 'A', qty: 9, price: '1.00' }] },
  { metadata: { note: 'new' } },
  { metadata: { amount: Number.POSITIVE_INFINITY } },
  { workflow: 'other' },
  { workflowVersion: 2 },
  { settled: true },
  { blocked: true },
];

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Forged = Writable<Omit<OrderEvent, 'head'>> & { head: Writable<EventHead> };

/** One way each to change a recorded history. */
const TAMPERINGS: readonly ((events: Forged[], index: number) => OrderEvent[])[] = [
  (events, index) => events.filter((_, other) => other !== index),
  (events, index) => [...events.slice(0, index + 1), ...events.slice(index)],
  (events, index) => change(events, index, (event) => (event.head.at += 1)),
  (events, index) => change(events, index, (event) => (event.head.actor += 1)),
  (events, index) => change(events, index, (event) => (event.head.to = 'Z')),
  (events, index) => change(events, index, (event) => (event.payloadText = `${event.payloadText} `)),
  (events, index) => change(events, index, (event) => (event.salt = 'f'.repeat(32))),
  (events, index) => change(events, index, (event) => (event.payloadHash = 'f'.repeat(64))),
  (events, index) => change(events, index, (event) => (event.hash = 'f'.repeat(64))),
  (events, index) => change(events, index, (event) => (event.previousHash = 'f'.repeat(64))),
];

function change(events: Forged[], index: number, how: (event: Forged) => void): OrderEvent[] {
  how(events[index] as Forged);
  return events;
}
