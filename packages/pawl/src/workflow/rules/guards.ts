import type { ActionDefinition } from '../definition.ts';
import { type Finding, finding, pointer } from '../finding.ts';
import { checkGuard, type GuardProblem } from '../guard/check-guard.ts';
import type { GuardScope } from '../guard/environment.ts';
import { constantVerdict, normalGuard } from '../guard/guard.ts';
import { type Guarded, guardOf, guardPlace } from '../transitions.ts';

/** An expression, judged once for all rules. */
export interface GraphGuard {
  readonly subject: 'transition' | 'timer' | 'rule';
  readonly place: string;
  /** The state in which it is judged; undefined where it can be any. */
  readonly state: string | undefined;
  readonly problem: GuardProblem | undefined;
  /** The expression without differences of white space, quotes and brackets. */
  readonly normal: string;
  /** Undefined where it depends on the order, or where the guard is broken. */
  readonly alwaysHolds: boolean | undefined;
}

type Judged = Pick<GraphGuard, 'subject' | 'place' | 'state'>;

/** Judges the guard of a transition or a timer that stands at `place`; undefined where there is none. */
export function judgeGuard(guarded: Guarded, judged: Judged): GraphGuard | undefined {
  const guard = guardOf(guarded);
  if (guard === undefined) return undefined;
  return judge(guard.cel, { ...judged, place: guardPlace(guarded, judged.place) });
}

/** Judges the rules of a check that stands at `place`. */
export function judgeRules(
  { rules = [] }: ActionDefinition,
  place: string,
  state: string | undefined,
): readonly GraphGuard[] {
  return rules.map(({ cel }, index) =>
    judge(cel, { subject: 'rule', place: pointer(place, 'rules', index, 'cel'), state }),
  );
}

/** What is known of something that may have no guard. */
export function alwaysHolds(guard: GraphGuard | undefined): boolean | undefined {
  return guard === undefined ? true : guard.alwaysHolds;
}

/** What is wrong with an expression: it is none, or depends on nothing. */
export function guardFinding(guard: GraphGuard): Finding | undefined {
  const { subject, place, state, problem, alwaysHolds } = guard;
  if (problem !== undefined) return finding(problem.code, place, problem.detail, problem.advice);
  if (alwaysHolds === undefined) return undefined;
  const what = subject === 'rule' ? 'rule' : 'guard';
  const where = state === undefined ? 'In every state' : `In ${state}`;
  const detail = `${where} the ${what} ${alwaysHolds ? 'always' : 'never'} holds.`;
  const never = subject === 'rule' ? 'Correct the rule.' : `Remove the ${subject}.`;
  return finding('guard-constant', place, detail, alwaysHolds ? `Remove the ${what}.` : never);
}

function judge(source: string, judged: Judged): GraphGuard {
  const scope: GuardScope = judged.subject === 'transition' ? 'event' : 'unattended';
  const problem = checkGuard(source, scope);
  if (problem !== undefined) return { ...judged, problem, normal: source, alwaysHolds: undefined };
  const normal = normalGuard(source);
  return { ...judged, problem, normal, alwaysHolds: constantVerdict(source, judged.state) };
}
