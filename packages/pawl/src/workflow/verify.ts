import type { WorkflowDefinition } from './definition.ts';
import { type Finding, worstFirst } from './finding.ts';
import { graphOf } from './rules/graph.ts';
import { checkHolds } from './rules/holds/holds.ts';
import { checkCompensation, checkReview } from './rules/review.ts';
import { checkEnds, checkExits, checkReachability, checkTargets } from './rules/states.ts';
import { checkTasks } from './rules/tasks.ts';
import { checkLoops, checkTimers } from './rules/timers.ts';
import { checkAlternatives, checkAmbiguity, checkGuards } from './rules/transitions.ts';
import { checkShape } from './shape/shape.ts';

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
  checkLoops,
  checkTimers,
  checkReview,
  checkTasks,
  checkHolds,
  checkCompensation,
  checkGuards,
  checkAlternatives,
  checkAmbiguity,
] as const;
