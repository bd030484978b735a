import { beginChainCheck } from '../../order/chain.ts';
import type { LiveOrder } from '../../order/work.ts';
import { HistoryDetachedError, type OrderKey } from '../../ports/store.ts';
import type { AuditTools } from './beat.ts';

/** Events checked at once: each takes some 15 µs of the thread that serves requests. */
const EVENTS_AT_ONCE = 32;
/** Times that an order is read again because it moved meanwhile, or because its history was detached. */
const TRIES_MAX = 3;

/**
 * Recomputes every hash of one order and compares its row with what its events make. Yields how many events it has checked, so
 * that others have their turn; returns what is wrong. Events never change, so that an order may move while they are read: they
 * are read up to the version of the row. Detached ones are verified with their archive: here the chain begins after them.
 */
export async function* auditOrder(
  tools: AuditTools,
  key: OrderKey,
): AsyncGenerator<number, readonly string[]> {
  let first: number | null = 1;
  for (let tries = 1; ; tries++) {
    const order = await loaded(tools, key);
    if (order === undefined) return ['row-missing: it is listed, and cannot be found'];
    let faults: readonly string[];
    try {
      faults = yield* chainFaults(tools, order, first);
    } catch (error) {
      if (!(error instanceof HistoryDetachedError) || tries > TRIES_MAX) throw error;
      first = error.resumeAfter === null ? null : error.resumeAfter + 1;
      continue;
    }
    if (faults.length === 0 || tries >= TRIES_MAX) return faults;
    const now = await loaded(tools, key);
    if (now?.version === order.version && now.lastHash === order.lastHash) return faults;
  }
}

/** From the first version that is not detached on; null if there is none, and nothing to compare the row with. */
async function* chainFaults(
  { store, rules, digest }: AuditTools,
  order: LiveOrder,
  first: number | null,
): AsyncGenerator<number, readonly string[]> {
  const { tenant, id: orderId, version: last, workflowHash } = order;
  const workflow = await rules.byHash(workflowHash);
  const rulesFaults = workflow === undefined ? [RULES_MISSING] : [];
  if (first === null) return rulesFaults;
  const check = beginChainCheck(order, digest, workflow, first);
  for (let after = first - 1; after < last; after += EVENTS_AT_ONCE) {
    const limit = Math.min(EVENTS_AT_ONCE, last - after);
    const events = await store.trail({ tenant, orderId, direction: 'asc', after, limit });
    for (const event of events) check.add(event);
    yield limit;
  }
  const faults = check.end().map(({ version, kind, detail }) => `version ${version}: ${kind}: ${detail}`);
  return [...faults, ...rulesFaults];
}

const RULES_MISSING = 'rules-missing: no definition has the content that it names';

async function loaded({ store }: AuditTools, key: OrderKey): Promise<LiveOrder | undefined> {
  return (await store.load([key]))[0];
}
