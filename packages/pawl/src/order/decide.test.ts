import { describe, expect, it } from 'vitest';
import { systemDigest } from '../ports/system.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import { defineWorkflow } from '../workflow/definition.ts';
import { actionsOf } from './actions.ts';
import { genesisHash, sealEvent } from './chain.ts';
import type { Command, CommandContext, Precondition } from './command.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { evolve } from './evolve.ts';
import type { Order } from './order.ts';
import type { Rejection } from './rejection.ts';
import type { Facts, PinnedWorkflow } from './situation.ts';
import { type LiveOrder, NO_WORK } from './work.ts';

const WORKFLOW: PinnedWorkflow = {
  version: 1,
  hash: 'f'.repeat(64),
  compiled: compileWorkflow(
    defineWorkflow({
      name: 'demo',
      initial: 'CREATED',
      states: {
        CREATED: {
          editable: true,
          on: {
            pay: 'PAID',
            approve: { to: 'PAID', roles: ['approver', 'boss'] },
            cancel: { to: 'CANCELLED', reason: 'required' },
            hold: {
              to: 'HELD',
              when: { cel: "order.amount_total > money('100')", reason: 'only large orders are held' },
            },
            crash: { to: 'HELD', when: 'data.missing == 1' },
            route: [{ to: 'HELD', when: 'has(data.hold) && data.hold' }, { to: 'SHIPPED' }],
          },
        },
        PAID: { on: { ship: 'SHIPPED', cancel: 'CANCELLED' } },
        HELD: {
          on: {
            pay: 'PAID',
            free: [{ to: 'CREATED', when: "order.amount_total < money('500')" }, { to: 'CANCELLED' }],
          },
        },
        SHIPPED: { final: true },
        CANCELLED: { final: true },
      },
    }),
  ),
};

const CONTEXT: CommandContext = {
  actor: { tenant: 1, number: 7, name: 'ann', kind: 'api_key', roles: ['operator'] },
  commandId: 'c-1',
  requestId: null,
  occurredAt: null,
  precondition: null,
  preconditionRequired: false,
};
const FACTS: Facts = { now: 5_000, tenant: 1, orderId: 'ord_x', available: () => 0, queues: () => [] };

function given(...commands: Command[]): LiveOrder {
  let order: LiveOrder | undefined;
  for (const command of [create(), ...commands]) {
    const decision = decide(order, command, CONTEXT, WORKFLOW, FACTS);
    if (!decision.ok) throw new Error(`given: ${JSON.stringify(decision.rejection)}`);
    order = apply(order, decision);
  }
  return order as LiveOrder;
}

type Ok = Decision & { ok: true };

function apply(order: LiveOrder | undefined, decision: Ok): LiveOrder {
  const left = decision.events.reduce((now: Order | undefined, draft) => {
    const previous = now?.lastHash ?? genesisHash(1, 'ord_x', systemDigest);
    return evolve(
      now,
      draft,
      sealEvent(draft, previous, '0'.repeat(32), systemDigest).hash,
      WORKFLOW.compiled,
    );
  }, order);
  return { ...(left as Order), work: decision.work };
}

function when(
  order: LiveOrder | undefined,
  command: Command,
  context: Partial<CommandContext> = {},
  now = 6_000,
): Decision {
  return decide(order, command, { ...CONTEXT, ...context }, WORKFLOW, { ...FACTS, now });
}

function create(price = '9.99', more: object = {}): Command {
  const fields = { externalId: null, customerId: 'c', currency: 'USD', metadata: { a: 1 } };
  return { kind: 'create', ...fields, items: [{ sku: 'A', qty: 2, price }], ...more };
}

const event = (name: string, more: object = {}): Command => ({ kind: 'event', event: name, ...more });
const toStatus = (status: string): Command => ({ kind: 'set-status', status });
const version = (number: number): Precondition => ({ kind: 'version', version: number });
const tags = (...list: string[]): Precondition => ({ kind: 'entity-tags', tags: list, any: false });
const codeOf = (decision: Decision): Rejection['code'] | undefined =>
  decision.ok ? undefined : decision.rejection.code;

describe('creating an order', () => {
  it('records version 1 in the initial state, priced', () => {
    const order = given();
    expect(order).toMatchObject({
      status: 'CREATED',
      version: 1,
      enteredVersion: 1,
      amountTotal: '19.98',
      settled: false,
    });
  });

  it('records prices with exactly the currency’s decimals', () => {
    expect(apply(undefined, when(undefined, create('5')) as Ok).items).toEqual([
      { sku: 'A', qty: 2, price: '5.00' },
    ]);
  });

  it('is refused for an amount that its currency does not have', () => {
    expect(when(undefined, create('9.999'))).toMatchObject({
      ok: false,
      rejection: { code: 'amount-invalid', item: 0 },
    });
  });

  it('is dated by the time in its id, where that is given', () => {
    const decision = decide(undefined, create(), CONTEXT, WORKFLOW, { ...FACTS, createdAt: 4_000 });
    const order = apply(undefined, decision as Ok);
    expect([order.createdAt, order.updatedAt]).toEqual([4_000, 4_000]);
  });
});

describe('a transition', () => {
  it('moves the order and raises its version by one', () => {
    const order = given(event('pay'), event('ship'));
    expect(order).toMatchObject({ status: 'SHIPPED', version: 3, enteredVersion: 3, settled: true });
  });

  it('never goes back in time, whatever the clock says', () => {
    const decision = when(given(), event('pay'), {}, 1);
    expect(decision.ok && decision.events[0]?.head.at).toBe(5_000);
  });

  it('records who, why, with what and for which request', () => {
    const decision = when(given(), event('cancel', { reason: 'late', data: { x: 1 } }), { requestId: 'r' });
    expect(decision.ok && decision.events).toEqual([
      expect.objectContaining({
        head: expect.objectContaining({
          actor: 7,
          from: 'CREATED',
          to: 'CANCELLED',
          event: 'cancel',
          version: 2,
        }),
        payload: { commandId: 'c-1', requestId: 'r', reason: 'late', data: { x: 1 } },
      }),
    ]);
  });

  it('is refused from a state that does not know the event, and says what would be legal (R0.03)', () => {
    expect(when(given(event('pay')), event('hold'))).toEqual({
      ok: false,
      rejection: {
        code: 'illegal-transition',
        from: 'PAID',
        event: 'hold',
        to: null,
        allowedEvents: ['ship', 'cancel'],
        legalFrom: ['CREATED'],
        declaredStatus: 422,
      },
    });
  });

  it('needs its role, its reason and its guard', () => {
    const order = given();
    expect(when(order, event('approve'))).toEqual({
      ok: false,
      rejection: { code: 'role-required', action: 'approve', roles: ['approver', 'boss'] },
    });
    expect(codeOf(when(order, event('cancel')))).toBe('reason-required');
    expect(when(order, event('hold'))).toMatchObject({
      rejection: { code: 'guard-refused', reason: 'only large orders are held' },
    });
    const approver = { actor: { ...CONTEXT.actor, roles: ['approver'] } };
    expect(when(order, event('approve'), approver).ok).toBe(true);
    expect(when(order, event('approve'), { actor: { ...CONTEXT.actor, roles: ['admin'] } }).ok).toBe(true);
  });

  it('that the workflow does not know names those that it knows', () => {
    expect(when(given(), event('nope'))).toEqual({
      ok: false,
      rejection: {
        code: 'event-unknown',
        event: 'nope',
        workflow: 'demo',
        knownEvents: ['pay', 'approve', 'cancel', 'hold', 'crash', 'route', 'ship', 'free'],
      },
    });
  });

  it('records nothing that was not said, and when it happened if an importer says so', () => {
    const payloadOf = (context: Partial<CommandContext>) => {
      const decision = when(given(), event('pay'), context);
      return decision.ok && decision.events[0]?.payload;
    };
    const importer = { actor: { ...CONTEXT.actor, roles: ['importer'] } };
    expect(payloadOf({})).toStrictEqual({ commandId: 'c-1' });
    expect(payloadOf({ ...importer, occurredAt: 17 })).toStrictEqual({ commandId: 'c-1', occurredAt: 17 });
  });

  it('after which nothing is under way shares what says so, so that most orders take no room for it', () => {
    const decision = when(given(), event('pay'));
    expect(decision.ok && decision.work).toBe(NO_WORK);
  });

  it('is refused with its cause when the guard fails to run', () => {
    expect(when(given(), event('crash'))).toMatchObject({
      rejection: { code: 'guard-refused', reason: expect.any(String) },
    });
  });

  it('takes the first alternative whose guard holds', () => {
    const target = (data: object) => {
      const decision = when(given(), event('route', { data }));
      return decision.ok ? decision.events[0]?.head.to : decision.rejection.code;
    };
    expect([target({ hold: true }), target({ hold: false }), target({})]).toEqual([
      'HELD',
      'SHIPPED',
      'SHIPPED',
    ]);
  });
});

describe('asking for a state', () => {
  it('is resolved to the one event that leads there', () => {
    const decision = when(given(), toStatus('CANCELLED'));
    expect(codeOf(decision)).toBe('reason-required');
    expect(when(given(event('pay')), toStatus('SHIPPED'))).toMatchObject({
      events: [{ head: { event: 'ship' } }],
    });
  });

  it.each(['CREATED', 'NOWHERE', '__proto__'])(
    '%s that no event leads to from here is an illegal transition',
    (status) => {
      expect(when(given(), toStatus(status))).toMatchObject({
        rejection: { code: 'illegal-transition', to: status, event: null, legalFrom: [] },
      });
    },
  );

  it('is judged by the alternative that the order would take, which may lead elsewhere', () => {
    const small = given(event('route', { data: { hold: true } }));
    expect(when(small, toStatus('CREATED'))).toMatchObject({ events: [{ head: { event: 'free' } }] });
    expect(when(small, toStatus('CANCELLED'))).toEqual({
      ok: false,
      rejection: {
        code: 'illegal-transition',
        from: 'HELD',
        event: null,
        to: 'CANCELLED',
        allowedEvents: ['pay', 'free'],
        legalFrom: [],
        declaredStatus: 422,
      },
    });
  });

  it('carries the reason to the event', () => {
    const decision = when(given(), { kind: 'set-status', status: 'CANCELLED', reason: 'late' });
    expect(decision).toMatchObject({ events: [{ payload: { reason: 'late' } }] });
  });

  it('that several events lead to names them', () => {
    expect(when(given(), toStatus('PAID'))).toMatchObject({
      rejection: { code: 'ambiguous-transition', events: ['pay', 'approve'] },
    });
  });
});

describe('an edit', () => {
  it('replaces the fields and keeps the state', () => {
    const order = given({
      kind: 'edit',
      customerId: null,
      items: [{ sku: 'B', qty: 1, price: '3' }],
      metadata: {},
    });
    expect(order).toMatchObject({
      status: 'CREATED',
      version: 2,
      enteredVersion: 1,
      amountTotal: '3.00',
      customerId: null,
      metadata: {},
    });
  });

  it.each<[string, object]>([
    ['the customer', { customerId: 'd' }],
    ['the currency', { currency: 'EUR' }],
    ['the lines', { items: [{ sku: 'A', qty: 3, price: '9.99' }] }],
    ['the metadata', { metadata: { a: 2 } }],
  ])('that changes nothing but %s is recorded', (_, change) => {
    expect(when(given(), { kind: 'edit', ...change })).toMatchObject({
      events: [{ head: { type: 'edited' } }],
    });
  });

  it('that changes nothing records nothing', () => {
    expect(
      when(given(), { kind: 'edit', metadata: { a: 1 }, items: [{ sku: 'A', qty: 2, price: 9.99 }] }),
    ).toStrictEqual({
      ok: true,
      events: [],
      work: NO_WORK,
      stock: [],
    });
  });

  it('merges metadata where it is a patch', () => {
    const order = given({ kind: 'edit', metadataPatch: { b: { c: 2 }, a: null } });
    expect(order.metadata).toEqual({ b: { c: 2 } });
  });

  it('reprices the lines when the currency changes', () => {
    const decision = when(given(), { kind: 'edit', currency: 'JPY' });
    expect(codeOf(decision)).toBe('amount-invalid');
  });

  it('is refused where patches have made the metadata larger than they may be', () => {
    const half = { a: 'x'.repeat(9_000) };
    const order = given({ kind: 'edit', metadataPatch: half });
    expect(when(order, { kind: 'edit', metadataPatch: { b: half.a } })).toEqual({
      ok: false,
      rejection: { code: 'metadata-too-large', detail: 'must not have more than 16384 bytes' },
    });
    expect(when(order, { kind: 'edit', metadata: { b: half.a } }).ok).toBe(true);
  });

  it('that does not touch the metadata is no reason to refuse what was taken for them before', () => {
    const large = apply(
      undefined,
      when(undefined, create('1', { metadata: { a: 'x'.repeat(20_000) } })) as Ok,
    );
    expect(when(large, { kind: 'edit', customerId: 'd' }).ok).toBe(true);
  });

  it('is refused in a state that is not editable', () => {
    expect(when(given(event('pay')), { kind: 'edit', customerId: 'x' })).toMatchObject({
      rejection: { code: 'order-not-editable', status: 'PAID', editableStates: ['CREATED'] },
    });
  });
});

describe('checks come in the promised order', () => {
  const paid = given(event('pay'));
  const required = { preconditionRequired: true };

  it('order, event, bare version, state (R2.04)', () => {
    expect(codeOf(when(undefined, event('nope'), { precondition: version(9) }))).toBe('order-not-found');
    expect(codeOf(when(paid, event('nope'), { precondition: version(9) }))).toBe('event-unknown');
    expect(codeOf(when(paid, event('hold'), { precondition: version(9) }))).toBe('version-conflict');
    expect(codeOf(when(paid, event('hold'), { precondition: version(2) }))).toBe('illegal-transition');
    expect(codeOf(when(paid, toStatus('CREATED'), { precondition: version(9) }))).toBe('version-conflict');
    expect(codeOf(when(paid, toStatus('CREATED'), { precondition: version(2) }))).toBe('illegal-transition');
  });

  it('of an edit: bare version, state, amounts, missing precondition, entity-tag (R2.04)', () => {
    const edit = (more: object = {}): Command => ({ kind: 'edit', customerId: 'x', ...more });
    const created = given();
    expect(codeOf(when(paid, edit(), { precondition: version(9) }))).toBe('version-conflict');
    expect(codeOf(when(paid, edit(), { precondition: version(2) }))).toBe('order-not-editable');
    expect(codeOf(when(created, edit({ currency: 'JPY' }), required))).toBe('amount-invalid');
    expect(codeOf(when(created, edit(), required))).toBe('precondition-required');
    expect(codeOf(when(created, edit(), { precondition: tags('9') }))).toBe('precondition-failed');
    expect(when(created, edit(), { precondition: tags('1') }).ok).toBe(true);
    expect(codeOf(when(created, edit(), { occurredAt: 1 }))).toBe('role-required');
  });

  it('state, then missing precondition, then entity-tag (R2.04)', () => {
    expect(codeOf(when(paid, toStatus('CREATED'), required))).toBe('illegal-transition');
    expect(codeOf(when(paid, toStatus('SHIPPED'), required))).toBe('precondition-required');
    expect(when(paid, toStatus('SHIPPED'), { ...required, precondition: tags('2') }).ok).toBe(true);
    expect(codeOf(when(paid, toStatus('CREATED'), { precondition: tags('9') }))).toBe('illegal-transition');
    expect(codeOf(when(paid, toStatus('SHIPPED'), { precondition: tags('9') }))).toBe('precondition-failed');
    expect(when(paid, toStatus('SHIPPED'), { precondition: tags('9', '2') }).ok).toBe(true);
    expect(
      when(paid, toStatus('SHIPPED'), { precondition: { kind: 'entity-tags', tags: [], any: true } }).ok,
    ).toBe(true);
  });

  it('only an importer may say when something happened, and not in the future', () => {
    expect(when(paid, event('ship'), { occurredAt: 1 })).toEqual({
      ok: false,
      rejection: { code: 'role-required', action: 'occurred_at', roles: ['importer'] },
    });
    const importer = { actor: { ...CONTEXT.actor, roles: ['importer'] } };
    expect(when(paid, event('ship'), { ...importer, occurredAt: 1 }).ok).toBe(true);
    expect(when(paid, event('ship'), { ...importer, occurredAt: 6_000 }).ok).toBe(true);
    expect(when(paid, event('ship'), { ...importer, occurredAt: 6_001 })).toEqual({
      ok: false,
      rejection: { code: 'occurred-at-invalid', detail: 'occurred_at lies in the future' },
    });
    expect(codeOf(when(undefined, create(), { occurredAt: 1 }))).toBe('role-required');
  });
});

describe('the actions of an order', () => {
  it('name every event of the workflow, where it leads and why not', () => {
    const actions = actionsOf(given(), CONTEXT.actor, WORKFLOW, FACTS.now);
    expect(
      actions.map(({ event: name, to, allowed, reasons }) => [name, to, allowed, reasons[0]?.code]),
    ).toEqual([
      ['pay', 'PAID', true, undefined],
      ['approve', 'PAID', false, 'role-required'],
      ['cancel', 'CANCELLED', true, undefined],
      ['hold', 'HELD', false, 'guard-refused'],
      ['crash', 'HELD', false, 'guard-refused'],
      ['route', 'SHIPPED', true, undefined],
      ['ship', null, false, 'illegal-transition'],
      ['free', null, false, 'illegal-transition'],
    ]);
  });
});
