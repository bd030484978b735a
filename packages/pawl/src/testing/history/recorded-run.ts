import type { Outcome } from '../../engine/request.ts';
import type { Command, CreateCommand } from '../../order/command.ts';
import { createPawl, DEFAULT_TENANT } from '../../pawl.ts';
import { createMemoryStore } from '../../storage/memory/index.ts';
import { defineWorkflow } from '../../workflow/definition.ts';
import { shipped } from '../samples.ts';
import { createSeededRandom } from '../seeded-random.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { type FinalState, readFinalState } from './final-state.ts';
import type { Answer, History } from './history.ts';
import { HistoryRecorder } from './recorder.ts';

const SHOP = defineWorkflow({
  name: 'shop',
  initial: 'OPEN',
  states: {
    OPEN: { editable: true, on: { pay: 'PAID', cancel: 'CANCELLED' } },
    PAID: { on: { ship: 'SHIPPED' } },
    SHIPPED: { final: true },
    CANCELLED: { final: true },
  },
});

/** For tests: a run in which all is well, with something of everything. */
export interface RecordedRun {
  readonly history: History;
  readonly final: FinalState;
  /** Order ids: one of `shop`, and preorders that were confirmed, compensated, and are being charged. */
  readonly shop: string;
  readonly confirmed: string;
  readonly failed: string;
  readonly charging: string;
}

export async function recordRun(): Promise<RecordedRun> {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const random = createSeededRandom('history');
  const store = createMemoryStore({ clock, random });
  const pawl = await createPawl({ store, clock, random, workflows: [SHOP, shipped('preorder')] });
  const tenant = await pawl.tenant(DEFAULT_TENANT);
  const actor = await pawl.actor(tenant, 'program', 'tester', ['admin']);
  const recorder = new HistoryRecorder();
  let calls = 0;

  async function call(
    command: Command,
    {
      orderId = null,
      key = null,
      workflow,
    }: { orderId?: string | null; key?: string | null; workflow?: string },
  ): Promise<string> {
    const requestId = `r${++calls}`;
    const end = recorder.begin({ requestId, client: 'c', tenant, orderId, command, key });
    const idempotency = key === null ? undefined : { key, call: JSON.stringify(command) };
    const request = {
      tenant,
      actor,
      orderId: orderId ?? undefined,
      workflow,
      command,
      requestId,
      idempotency,
    };
    const outcome = await pawl.submit(request);
    end(answerOf(outcome));
    await clock.settle();
    return outcome.ok ? outcome.order.id : '';
  }

  await pawl.stock.change({ actor, sku: 'A', kind: 'set', value: 10, reason: null });
  await pawl.stock.change({ actor, sku: 'A', kind: 'adjust', value: 3, reason: 'counted' });
  recorder.changedStock({ tenant, sku: 'A', kind: 'adjust', value: 3, key: null, answer: 'changed' });
  const shop = await call(orderOf('tok_ok'), { workflow: 'shop', key: 'create' });
  await call(orderOf('tok_ok'), { workflow: 'shop', key: 'create' });
  for (const [event, key] of [
    ['ship', null],
    ['pay', 'pay'],
    ['pay', 'pay'],
  ] as const) {
    await call({ kind: 'event', event }, { orderId: shop, key });
  }
  recorder.read({ tenant, orderId: shop, beganAt: recorder.now(), seen: { version: 2, status: 'PAID' } });
  await call({ kind: 'event', event: 'ship' }, { orderId: shop });
  const confirmed = await call(orderOf('tok_ok'), { workflow: 'preorder' });
  const failed = await call(orderOf('tok_declined'), { workflow: 'preorder' });
  const charging = await call(orderOf('tok_slow'), { workflow: 'preorder' });
  recorder.attempted({ effectKey: `${confirmed}:3:0`, task: 'payment.charge', token: 1 });
  const final = await readFinalState(store, [tenant]);
  const events = (final.feeds.get(tenant) ?? []).map(({ position, head: { orderId, version } }) => ({
    position,
    orderId,
    version,
  }));
  const charge = { task: 'payment.charge', times: 1, undone: false, amount: '19.98' };
  const effects = [{ effectKey: `${confirmed}:3:0`, ...charge }];
  const found = { effects, watched: ['payment.charge'], subscriptions: [{ tenant, events }] };
  return { history: recorder.history(found), final, shop, confirmed, failed, charging };
}

function orderOf(token: string): CreateCommand {
  return {
    kind: 'create',
    externalId: null,
    customerId: null,
    currency: 'EUR',
    items: [{ sku: 'A', qty: 2, price: '9.99' }],
    metadata: { payment: { token } },
  };
}

function answerOf(outcome: Outcome): Answer {
  const { replayed } = outcome;
  if (!outcome.ok) return { kind: 'refused', rejection: outcome.rejection, replayed };
  const { id: orderId, version, status } = outcome.order;
  return { kind: 'accepted', orderId, version, status, isStep: outcome.events.length > 0, replayed };
}
