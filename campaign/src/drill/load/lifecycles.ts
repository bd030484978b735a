import { readFileSync } from 'node:fs';
import { parseText, type WorkflowDefinition } from 'pawl';
import type { Chance } from 'pawl/testing';
import { programAt } from '../../processes/processes.ts';

const SHIPPED = ['retail', 'checkout', 'approval', 'preorder'] as const;

/** The definitions that ship. */
export function shippedWorkflows(): readonly WorkflowDefinition[] {
  return SHIPPED.map((name) => {
    const parsed = parseText(readFileSync(programAt(`workflows/${name}.yaml`), 'utf8'), 'yaml');
    if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.findings)}`);
    return parsed.definition;
  });
}

/** How often an event is sent that the state does not accept. */
const ILLEGAL_PART = 0.15;

/** An event for an order in that state: most often one that is legal. Undefined if the workflow has none. */
export function drawEvent(
  { states }: WorkflowDefinition,
  status: string,
  chance: Chance,
): string | undefined {
  const legal = Object.keys(states[status]?.on ?? {});
  if (legal.length > 0 && !chance.happens(ILLEGAL_PART)) return chance.pick(legal);
  const all = [...new Set(Object.values(states).flatMap(({ on }) => Object.keys(on ?? {})))];
  return all.length === 0 ? undefined : chance.pick(all);
}
