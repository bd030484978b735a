import { verifyChain } from '../../../order/chain.ts';
import { systemDigest } from '../../../ports/system.ts';
import { compileWorkflow } from '../../../workflow/compile.ts';
import type { CompiledWorkflow } from '../../../workflow/compiled.ts';
import type { WorkflowDefinition } from '../../../workflow/definition.ts';
import type { Evidence } from '../evidence.ts';
import type { Violation } from '../violation.ts';

/** Hashes, versions and times link up, and every row is what its events make of it. */
export function* checkChains({ orders }: Evidence): Iterable<Violation> {
  const compiled = new Map<WorkflowDefinition, CompiledWorkflow>();
  for (const { id, order, trail, rules } of orders.values()) {
    if (rules === undefined) {
      yield {
        promise: 'chain-broken',
        orderId: id,
        detail: `no definition has the hash ${order.workflowHash}`,
      };
      continue;
    }
    const workflow = compiled.get(rules) ?? compileWorkflow(rules);
    compiled.set(rules, workflow);
    for (const { version, kind, detail } of verifyChain(order, trail, systemDigest, workflow)) {
      yield { promise: 'chain-broken', orderId: id, detail: `version ${version}, ${kind}: ${detail}` };
    }
  }
}
