import { beginChainCheck } from '../../order/chain.ts';
import type { LiveOrder } from '../../order/work.ts';
import type { OrderKey } from '../../ports/store.ts';
import type { AuditTools } from './beat.ts';

/** Events checked at once: each takes some 15 µs of the thread that serves requests. */
const EVENTS_AT_ONCE = 32;
/** Times that an order with faults is read again because it moved meanwhile. */
const TRIES_MAX = 3;

/**
 * Recomputes every hash of one order and compares its row with what its events make. Yields how many events it has checked, so
 * that others have their turn; returns what is wrong. Events never change, so that an order may move while they are read: they
 * are read up to the version of the row.
 */
export async function* auditOrder(
  tools: AuditTools,
  key: OrderKey,
): AsyncGenerator<number, readonly string[]> {
  for (let tries = 1; ; tries++) {
    const order = await loaded(tools, key);
    if (order === undefined) return ['row-missing: it is listed, and cannot be found'];
    const faults = yield* chainFaults(tools, order);
    if (faults.length === 0 || tries === TRIES_MAX) return faults;
    const now = await loaded(tools, key);
    if (now?.version === order.version && now.lastHash === order.lastHash) return faults;
  }
}

async function* chainFaults(
  { store, rules, digest }: AuditTools,
  order: LiveOrder,
): AsyncGenerator<number, readonly string[]> {
  const { tenant, id: orderId, version: last, workflowHash } = order;
  const workflow = await rules.byHash(workflowHash);
  const check = beginChainCheck(order, digest, workflow);
  for (let after = 0; after < last; after += EVENTS_AT_ONCE) {
    const limit = Math.min(EVENTS_AT_ONCE, last - after);
    const events = await store.trail({ tenant, orderId, direction: 'asc', after, limit });
    for (const event of events) check.add(event);
    yield limit;
  }
  const faults = check.end().map(({ version, kind, detail }) => `version ${version}: ${kind}: ${detail}`);
  return workflow === undefined ? [...faults, RULES_MISSING] : faults;
}

const RULES_MISSING = 'rules-missing: no definition has the content that it names';

async function loaded({ store }: AuditTools, key: OrderKey): Promise<LiveOrder | undefined> {
  return (await store.load([key]))[0];
}
