import { readFileSync } from 'node:fs';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { parseText } from '../workflow/parse.ts';

/** For tests: a workflow that ships, as it ships. */
export function shipped(name: 'approval' | 'preorder'): WorkflowDefinition {
  const file = new URL(`../../../../workflows/${name}.yaml`, import.meta.url);
  const parsed = parseText(readFileSync(file, 'utf8'), 'yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  return parsed.definition;
}

/** An order of one piece. */
export function oneOf(workflow: string, sku = 'A-1') {
  return { workflow, items: [{ sku, qty: 1, price: '9.99' }] } as const;
}
