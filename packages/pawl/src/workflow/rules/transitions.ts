import type { TransitionDefinition } from '../definition.ts';
import { type Finding, finding, pointer } from '../finding.ts';
import { guardPlace } from '../transitions.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';

/** Every guard is a well-typed expression, and depends on something. */
export function checkGuards({ nodes }: Graph): readonly Finding[] {
  return [...nodes.values()].flatMap(({ name, edges }) =>
    edges.flatMap((edge) => guardFinding(edge, name) ?? []),
  );
}

/** Every alternative of an event can be taken by somebody. */
export function checkAlternatives({ nodes }: Graph): readonly Finding[] {
  const events = [...nodes.values()].flatMap((node) => [...node.events.values()]);
  return events.flatMap((edges) => edges.flatMap((edge, index) => hidden(edge, edges.slice(0, index)) ?? []));
}

/** Setting the status (`PATCH`) finds at most one event. */
export function checkAmbiguity({ nodes }: Graph): readonly Finding[] {
  return [...nodes.values()].flatMap(ambiguities);
}

function guardFinding(edge: GraphEdge, state: string): Finding | undefined {
  if (edge.guard === undefined) return undefined;
  const { problem } = edge.guard;
  if (problem !== undefined) return finding(problem.code, guardPlace(edge), problem.detail, problem.advice);
  if (edge.alwaysHolds === undefined) return undefined;
  const detail = `In ${state} the guard ${edge.alwaysHolds ? 'always' : 'never'} holds.`;
  return finding(
    'guard-constant',
    guardPlace(edge),
    detail,
    `Remove the ${edge.alwaysHolds ? 'guard' : 'transition'}.`,
  );
}

function hidden(edge: GraphEdge, earlier: readonly GraphEdge[]): Finding | undefined {
  for (const other of earlier.filter((one) => servesAllOf(one.transition, edge.transition))) {
    if (other.alwaysHolds === true) {
      const detail = `The alternative to ${other.transition.to} before it always applies.`;
      return finding(
        'alternative-unreachable',
        edge.place,
        detail,
        'Move it to the front, or guard the earlier one.',
      );
    }
    if (other.guard !== undefined && other.guard.normal === edge.guard?.normal) {
      const detail = `The alternative to ${other.transition.to} before it has the same guard.`;
      return finding('alternative-repeats-guard', edge.place, detail, 'Change one of the guards.');
    }
  }
  return undefined;
}

/** Whether every caller whom the later alternative lets pass is let pass by the earlier one, which then decides. */
function servesAllOf(earlier: TransitionDefinition, later: TransitionDefinition): boolean {
  if (earlier.reason === 'required' && later.reason !== 'required') return false;
  const [first, second] = [earlier.roles ?? [], later.roles ?? []];
  if (first.length === 0) return true;
  // `admin` passes everywhere.
  return second.length > 0 && second.every((role) => role === 'admin' || first.includes(role));
}

function ambiguities({ name, place, events }: GraphNode): readonly Finding[] {
  const firstEvents = new Map<string, string>();
  const findings: Finding[] = [];
  for (const [event, edges] of events) {
    for (const target of new Set(edges.map((edge) => edge.transition.to))) {
      const other = firstEvents.get(target);
      if (other === undefined) firstEvents.set(target, event);
      else {
        const detail = `${other} and ${event} both lead from ${name} to ${target}: setting the status cannot choose.`;
        findings.push(
          finding('ambiguous-target', pointer(place, 'on', event), detail, 'Send the event by its name.'),
        );
      }
    }
  }
  return findings;
}
