import { checkCalls } from './checks/calls.ts';
import { checkChains } from './checks/chains.ts';
import { checkEffects } from './checks/effects.ts';
import { checkFeed } from './checks/feed.ts';
import { checkKeys } from './checks/keys.ts';
import { checkRest } from './checks/rest.ts';
import { checkSteps } from './checks/steps.ts';
import { checkStock } from './checks/stock.ts';
import { checkTasks } from './checks/tasks.ts';
import { checkTimes } from './checks/times.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import type { FinalState } from './final-state.ts';
import type { History } from './history.ts';
import type { Violation } from './violation.ts';

/** What must hold of every run, however it was disturbed and whenever it was stopped. */
const SAFETY: readonly ((evidence: Evidence) => Iterable<Violation>)[] = [
  checkCalls,
  checkKeys,
  checkTimes,
  checkChains,
  checkSteps,
  checkTasks,
  checkEffects,
  checkStock,
  checkFeed,
];

/**
 * Everything that a run has broken: what was promised to those who called, against what a database holds in the end. Empty if all
 * is well. `atRest`: nothing disturbs the run any more and time has passed, so that every order must have come to an end
 * or wait for what its definition declares.
 */
export function checkHistory(
  history: History,
  final: FinalState,
  { atRest }: { readonly atRest: boolean },
): readonly Violation[] {
  const evidence = evidenceOf(history, final);
  const checks = atRest ? [...SAFETY, checkRest] : SAFETY;
  return checks.flatMap((check) => [...check(evidence)]);
}
