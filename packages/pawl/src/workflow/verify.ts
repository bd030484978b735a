import type { WorkflowDefinition } from './definition.ts';
import { type Finding, worstFirst } from './finding.ts';
import { graphOf } from './rules/graph.ts';
import { checkEnds, checkExits, checkReachability, checkTargets } from './rules/states.ts';
import { checkAlternatives, checkAmbiguity, checkGuards } from './rules/transitions.ts';
import { checkShape } from './shape.ts';

/**
 * Everything that is wrong, or doubtful, about a definition. A definition without errors can be deployed; its warnings are
 * worth reading.
 */
export function verifyWorkflow(definition: WorkflowDefinition): readonly Finding[] {
  // Definitions written in TypeScript come here unparsed, and types do not check names or limits.
  const malformed = checkShape(definition);
  if (malformed.length > 0) return malformed;
  const graph = graphOf(definition);
  return worstFirst(RULES.flatMap((rule) => rule(graph)));
}

const RULES = [
  checkTargets,
  checkReachability,
  checkExits,
  checkEnds,
  checkGuards,
  checkAlternatives,
  checkAmbiguity,
] as const;
