import { setTimeout as sleep } from 'node:timers/promises';
import type { CreateCommand, WorkflowDefinition } from 'pawl';
import type { Chance, HistoryRecorder } from 'pawl/testing';
import { type Callers, TENANT, type Told } from '../callers.ts';
import {
  type Wish,
  type Wisher,
  wishFor,
  wishToCreate,
  wishToEdit,
  wishToFire,
  wishToSetStatus,
} from '../wish.ts';
import { drawEvent } from './lifecycles.ts';
import type { KnownOrder, OrdersKnown } from './orders-known.ts';

/** Between two things that a client does, at most, milliseconds. */
const THINK_MS = 40;
/** Of what somebody may ask for, how much is asked for under a key. */
const KEYED_PART = 0.8;
/** SKUs: of the first there is enough for everybody. */
export const SKUS = ['A', 'B', 'C'] as const;

export interface LoadTools {
  readonly callers: Callers;
  readonly recorder: HistoryRecorder;
  readonly known: OrdersKnown;
  readonly workflows: readonly WorkflowDefinition[];
  /** Whether the load goes on. */
  readonly isOpen: () => boolean;
}

/** Somebody who orders, and does this and that with their own orders and those of others, until the load is over. */
export async function runClient(name: string, chance: Chance, tools: LoadTools): Promise<void> {
  for (let turn = 0; tools.isOpen(); turn++) {
    await sleep(chance.fraction() * THINK_MS);
    const keyed = chance.happens(KEYED_PART);
    const who = { client: name, key: keyed ? `${name}-${turn}` : null };
    const order = chance.happens(0.35) ? undefined : tools.known.pick(chance);
    if (order === undefined) await create(who, chance, tools);
    else await act(order, who, chance, tools);
  }
}

async function create(who: Wisher, chance: Chance, { callers, known, workflows }: LoadTools): Promise<void> {
  const workflow = chance.pick(workflows);
  const told = await callers.call(wishToCreate(workflow.name, drawOrder(chance), who), chance);
  if (told?.kind !== 'accepted') return;
  const { orderId: id, version, status } = told;
  known.add({ id, workflow: workflow.name, version, status });
}

function drawOrder(chance: Chance): CreateCommand {
  const items = Array.from({ length: chance.int(1, 2) }, () => ({
    sku: chance.pick(SKUS),
    qty: chance.int(1, 3),
    price: '9.99',
  }));
  const metadata = {
    // Whatever an outside service makes of the order falls by this number.
    script: chance.int(0, 2 ** 32),
    fate: chance.pick(['ok', 'ok', 'ok', 'ok', 'ok', 'declined', 'no-parcel', 'no-label']),
    payment: { token: chance.pick(['tok_ok', 'tok_ok', 'tok_ok', 'tok_declined', 'tok_flaky']) },
    validation: chance.happens(0.2) ? { token: 'fail' } : {},
  };
  return { kind: 'create', externalId: null, customerId: null, currency: 'EUR', items, metadata };
}

async function act(order: KnownOrder, who: Wisher, chance: Chance, tools: LoadTools): Promise<void> {
  const { callers } = tools;
  if (chance.happens(0.2)) {
    const seen = await callers.read(order.id, chance);
    if (seen !== null) Object.assign(order, seen);
  } else if (chance.happens(0.05)) {
    await adjustStock(who, chance, tools);
  } else {
    const wish = drawWish(order, who, chance, tools);
    if (wish !== null) await pursue(wish, order, chance, callers);
  }
}

function drawWish(
  { id, workflow, version, status }: KnownOrder,
  who: Wisher,
  chance: Chance,
  { workflows }: LoadTools,
): Wish | null {
  const definition = workflows.find(({ name }) => name === workflow);
  const event = definition === undefined ? undefined : drawEvent(definition, status, chance);
  const kind = chance.happens(0.75)
    ? 'event'
    : chance.pick(['edit', 'status', 'status', 'redrive', 'review'] as const);
  const isBased = kind === 'edit' || kind === 'status' || chance.happens(0.3);
  const ifMatch = isBased ? { ifMatch: chance.happens(0.5) ? `${version}` : `"${version}"` } : {};
  const conditional = { ...who, ...ifMatch };
  switch (kind) {
    case 'event':
      return event === undefined ? null : wishToFire(id, event, conditional);
    case 'status':
      return wishToSetStatus(id, chance.pick(Object.keys(definition?.states ?? { NONE: {} })), conditional);
    case 'edit':
      return wishToEdit(id, chance.int(1, 4), conditional);
    case 'redrive':
    case 'review':
      return wishFor(kind, id, who);
  }
}

/** Whoever is told that the order has moved on asks again once they know better, under the same key: the condition is no part of it. */
async function pursue(wish: Wish, order: KnownOrder, chance: Chance, callers: Callers): Promise<void> {
  const told = await callers.call(wish, chance);
  note(told, order);
  if (told?.kind !== 'refused' || told.rejection.code !== 'version-conflict') return;
  note(await callers.call({ ...wish, ifMatch: `${told.rejection.currentVersion}` }, chance), order);
}

function note(told: Told | null, order: KnownOrder): void {
  if (told?.kind !== 'accepted' || told.version < order.version) return;
  Object.assign(order, { version: told.version, status: told.status });
}

/** Tries under one key before a change of stock is left as unknown as it is. */
const STOCK_TRIES = 5;

async function adjustStock({ key }: Wisher, chance: Chance, { callers, recorder }: LoadTools): Promise<void> {
  const sku = chance.pick(SKUS);
  const value = chance.pick([-3, -2, -1, 1, 2, 3, 5]);
  const headers = key === null ? {} : { 'idempotency-key': key };
  const body = { delta: value, reason: 'counted' };
  const question = { method: 'POST', path: `/stock/${sku}/adjust`, body, headers } as const;
  for (let tries = 0; tries < (key === null ? 1 : STOCK_TRIES); tries++) {
    const answer = await callers.send(question, chance);
    const isKnown = answer !== null && answer.status < 500;
    const told = !isKnown ? 'unknown' : answer.status < 300 ? 'changed' : 'refused';
    recorder.changedStock({ tenant: TENANT, sku, kind: 'adjust', value, key, answer: told });
    if (isKnown) return;
  }
}
