import type { OrderKey, StockKey } from '../../ports/store.ts';
import { auditOrder } from './audit-order.ts';
import { auditSku } from './audit-sku.ts';
import type { Audited, AuditTools, Beat, Damage } from './beat.ts';

/** Orders or SKUs listed at once: of each order the list has all its lines. */
const LISTED_AT_ONCE = 16;
/** What the reading of a row counts for, in events. */
const ROW_WORK = 4;
/** Orders in a row that cannot be read, before the walk goes on with the next tenant: there is more to do than to count them. */
const SKIPPED_MAX = 16;

/**
 * Verifies every order and every SKU once, by turns, in small pieces: whoever asks for the next piece decides how fast. An
 * outage of the store is thrown; what cannot be read although the store answers is damage.
 */
export async function* auditWalk(tools: AuditTools): AsyncGenerator<Beat> {
  const walks = [auditOrders(tools), auditStock(tools)];
  while (walks.length > 0) {
    for (const walk of [...walks]) {
      const beat = await walk.next();
      if (beat.done === true) walks.splice(walks.indexOf(walk), 1);
      else yield beat.value;
    }
  }
}

async function* auditOrders(tools: AuditTools): AsyncGenerator<Beat> {
  for (const tenant of tools.tenants) {
    let after: string | null = null;
    for (;;) {
      const page = await ordersAfter(tools.store, tenant, after);
      yield { work: page.ids.length * ROW_WORK, ended: null, damage: page.damage };
      for (const orderId of page.ids) {
        const key: OrderKey = { tenant, orderId };
        yield* verified('order', tenant, orderId, tools, auditOrder(tools, key));
      }
      after = page.ids.at(-1) ?? null;
      if (after === null) break;
    }
  }
}

async function* auditStock(tools: AuditTools): AsyncGenerator<Beat> {
  for (const tenant of tools.tenants) {
    let after: string | null = null;
    for (;;) {
      const page = await tools.store.listStock({ tenant, after, limit: LISTED_AT_ONCE });
      yield { work: page.length, ended: null, damage: null };
      for (const { sku } of page) {
        const key: StockKey = { tenant, sku };
        yield* verified('sku', tenant, sku, tools, auditSku(tools, key));
      }
      after = page.at(-1)?.sku ?? null;
      if (after === null) break;
    }
  }
}

/** The beats of one audit, and one at its end. */
async function* verified(
  kind: Damage['kind'],
  tenant: number,
  id: string,
  { store }: AuditTools,
  audit: AsyncGenerator<number, readonly string[]>,
): AsyncGenerator<Beat> {
  let faults: readonly string[];
  try {
    faults = yield* beatsOf(audit);
  } catch {
    await demandAnswers(store, tenant);
    // What a parser says of it may quote what the order holds, which no log should.
    faults = ['unreadable: it or its events hold what cannot be read'];
  }
  const damage = faults.length === 0 ? null : { kind, tenant, id, faults };
  yield { work: ROW_WORK, ended: kind, damage };
}

async function* beatsOf<T>(audit: AsyncGenerator<number, T>): AsyncGenerator<Beat, T> {
  for (;;) {
    const step = await audit.next();
    if (step.done === true) return step.value;
    yield { work: step.value, ended: null, damage: null };
  }
}

/**
 * The ids of the next orders. One that cannot be read keeps its whole page from being read: then they are read one by one, and
 * it is passed over.
 */
async function ordersAfter(
  store: Audited,
  tenant: number,
  after: string | null,
): Promise<{ readonly ids: readonly string[]; readonly damage: Damage | null }> {
  const list = async (offset: number, limit: number) =>
    (await store.list({ tenant, direction: 'asc', after, offset, limit })).map(({ id }) => id);
  try {
    return { ids: await list(0, LISTED_AT_ONCE), damage: null };
  } catch {
    await demandAnswers(store, tenant);
    let skipped = 0;
    let ids: readonly string[] | undefined;
    while (ids === undefined && skipped < SKIPPED_MAX) {
      ids = await list(skipped, 1).catch(() => undefined);
      if (ids === undefined) skipped++;
    }
    return { ids: ids ?? [], damage: skipped === 0 ? null : unreadable(tenant, after, skipped) };
  }
}

function unreadable(tenant: number, after: string | null, count: number): Damage {
  const where = after === null ? 'at the beginning' : `after ${after}`;
  const rest = count === SKIPPED_MAX ? ', and those behind them were not looked at' : '';
  const faults = [`unreadable: ${count} orders ${where} cannot be read${rest}`];
  return { kind: 'order', tenant, id: after ?? '', faults };
}

/** An outage is no damage. Whatever answers lists may be gone although something else still answers a ping. */
async function demandAnswers(store: Audited, tenant: number): Promise<void> {
  await store.ping();
  await store.listStock({ tenant, after: null, limit: 1 });
}
