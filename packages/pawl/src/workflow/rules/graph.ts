import type { WorkflowDefinition } from '../definition.ts';
import { pointer } from '../finding.ts';
import { checkGuard, type GuardProblem } from '../guard/check-guard.ts';
import { constantVerdict, normalGuard } from '../guard/guard.ts';
import { type Exit, exitsOf, guardOf } from '../transitions.ts';

/** A definition as the rules look at it. */
export interface Graph {
  readonly definition: WorkflowDefinition;
  readonly nodes: ReadonlyMap<string, GraphNode>;
}

/** A state with its ways out. */
export interface GraphNode {
  readonly name: string;
  readonly place: string;
  readonly final: boolean;
  readonly events: ReadonlyMap<string, readonly GraphEdge[]>;
  /** All edges, whether their target exists or not. */
  readonly edges: readonly GraphEdge[];
}

/** A transition, with what is known about its guard before any order exists. */
export interface GraphEdge extends Exit {
  readonly guard: GraphGuard | undefined;
  /** True where there is no guard; undefined where it depends on the order, or where the guard is broken. */
  readonly alwaysHolds: boolean | undefined;
}

/** A guard, judged once for all rules. */
export interface GraphGuard {
  readonly problem: GuardProblem | undefined;
  /** The expression without differences of white space, quotes and brackets. */
  readonly normal: string;
}

/** Reads a well-formed definition as a graph. */
export function graphOf(definition: WorkflowDefinition): Graph {
  const nodes = new Map<string, GraphNode>();
  for (const [name, state] of Object.entries(definition.states)) {
    const place = pointer('', 'states', name);
    const events = new Map<string, readonly GraphEdge[]>();
    for (const [event, exits] of exitsOf(state, place))
      events.set(
        event,
        exits.map((exit) => edgeOf(exit, name)),
      );
    nodes.set(name, { name, place, final: state.final === true, events, edges: [...events.values()].flat() });
  }
  return { definition, nodes };
}

/** The states that can be reached from those of `start`, themselves included. */
export function reachable(
  start: Iterable<string>,
  next: (state: string) => Iterable<string>,
): ReadonlySet<string> {
  const seen = new Set(start);
  for (const name of seen) {
    for (const other of next(name)) seen.add(other);
  }
  return seen;
}

/** The targets of the edges that some order could take. */
export function targetsOf(edges: readonly GraphEdge[]): readonly string[] {
  return edges.filter((edge) => edge.alwaysHolds !== false).map((edge) => edge.transition.to);
}

function edgeOf(exit: Exit, from: string): GraphEdge {
  const source = guardOf(exit.transition)?.cel;
  if (source === undefined) return { ...exit, guard: undefined, alwaysHolds: true };
  const problem = checkGuard(source);
  if (problem !== undefined) return { ...exit, guard: { problem, normal: source }, alwaysHolds: undefined };
  return {
    ...exit,
    guard: { problem, normal: normalGuard(source) },
    alwaysHolds: constantVerdict(source, from),
  };
}
