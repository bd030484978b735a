import type { LiveOrder } from '../../order/work.ts';
import type { Definitions, DeployedWorkflow } from '../definitions.ts';
import type { PlannedCommand } from './job.ts';

type Groups = Iterable<readonly [PlannedCommand, ...PlannedCommand[]]>;

/** The SKUs that deciding these commands may ask for, by tenant. Empty where no workflow of them looks at stock. */
export function stockNeeds(
  groups: Groups,
  rows: ReadonlyMap<string, LiveOrder | undefined>,
  definitions: Definitions,
): ReadonlyMap<number, ReadonlySet<string>> {
  const needs = new Map<number, Set<string>>();
  for (const [{ request, orderKey }] of groups) {
    const { tenant, command, workflow } = request;
    const order = rows.get(orderKey);
    const pinned =
      command.kind === 'create' ? definitions.get(tenant, workflow ?? '') : rulesOf(order, definitions);
    if (pinned?.compiled.usesStock !== true) continue;
    const items = command.kind === 'create' ? command.items : (order?.items ?? []);
    const skus = needs.get(tenant) ?? new Set();
    for (const { sku } of items) skus.add(sku);
    needs.set(tenant, skus);
  }
  return needs;
}

/** Undefined also where they are missing: deciding the order says so, and harms no other. */
function rulesOf(order: LiveOrder | undefined, definitions: Definitions): DeployedWorkflow | undefined {
  try {
    return order === undefined ? undefined : definitions.byHash(order.workflowHash);
  } catch {
    return undefined;
  }
}
