import { readFileSync } from 'node:fs';
import type { WorkflowDefinition } from '../../src/workflow/definition.ts';
import { parseText } from '../../src/workflow/parse.ts';

/** The definitions that ship. */
export function shippedWorkflows(): readonly WorkflowDefinition[] {
  return ['retail', 'approval', 'checkout', 'preorder'].map((name) => {
    const file = new URL(`../../../../workflows/${name}.yaml`, import.meta.url);
    const parsed = parseText(readFileSync(file, 'utf8'), 'yaml');
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
    return parsed.definition;
  });
}
