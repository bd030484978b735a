import { orderIdTime } from '../order/order-id.ts';
import type { LiveOrder } from '../order/work.ts';
import type { Ids } from '../ports/random.ts';
import type { Store } from '../ports/store.ts';
import type { PlannedCommand } from './commit/job.ts';
import { type PlanTools, planUnit } from './commit/plan.ts';
import { StockBook } from './commit/stock-book.ts';
import { stockNeeds } from './commit/stock-needs.ts';
import type { Outcome, Request } from './request.ts';
import { NO_DESK } from './work-desk.ts';

export interface PreviewTools extends Omit<PlanTools, 'available' | 'desk'> {
  readonly store: Store;
  readonly ids: Ids;
}

/** Decides a request on the committed row as a lane would, and writes nothing. It needs no precondition. */
export async function previewRequest(request: Request, tools: PreviewTools): Promise<Outcome> {
  const { store, ids } = tools;
  const creates = request.command.kind === 'create';
  const now = store.now();
  const orderId = creates ? ids.orderId(now) : (request.orderId ?? '');
  const [current] = creates ? [] : await store.load([{ tenant: request.tenant, orderId }]);
  const command = {
    request: { ...request, idempotency: undefined, preconditionRequired: false },
    orderId,
    orderKey: `${request.tenant} ${orderId}`,
    commandId: ids.commandId(),
    key: null,
    createdAt: creates ? orderIdTime(orderId) : null,
  };
  const { outcomes } = planUnit([command], current, now, await withStock(command, current, tools));
  const [outcome] = outcomes;
  if (outcome === undefined) throw new TypeError('one command has one outcome');
  if (outcome instanceof Error) throw outcome;
  return outcome.ok ? ((await takenExternalId(request, store)) ?? outcome) : outcome;
}

/** What is available as committed, for this one decision. */
async function withStock(
  command: PlannedCommand,
  current: LiveOrder | undefined,
  tools: PreviewTools,
): Promise<PlanTools> {
  const needs = stockNeeds([[command]], new Map([[command.orderKey, current]]), tools.definitions);
  const book = new StockBook(tools.store);
  for (const [tenant, skus] of needs) await book.read(tenant, skus, false);
  return { ...tools, desk: NO_DESK, available: (tenant, sku) => book.available(tenant, sku) };
}

/** The one refusal that only the store can tell. */
async function takenExternalId({ tenant, command }: Request, store: Store): Promise<Outcome | undefined> {
  if (command.kind !== 'create' || command.externalId === null) return undefined;
  const { externalId } = command;
  const [holder] = await store.list({
    tenant,
    externalId,
    direction: 'asc',
    after: null,
    offset: 0,
    limit: 1,
  });
  if (holder === undefined) return undefined;
  return {
    ok: false,
    rejection: { code: 'external-id-taken', externalId, orderId: holder.id },
    replayed: false,
  };
}
