import type { TransitionDefinition } from '../definition.ts';
import { type Finding, finding, pointer } from '../finding.ts';
import type { Graph, GraphNode, GraphTransition } from './graph.ts';
import { alwaysHolds, guardFinding } from './guards.ts';

/** Every guard and rule is a well-typed expression, and depends on something. */
export function checkGuards({ nodes }: Graph): readonly Finding[] {
  return [...nodes.values()].flatMap(({ guards }) => guards.flatMap((guard) => guardFinding(guard) ?? []));
}

/** Every alternative of an event can be taken by somebody. */
export function checkAlternatives({ nodes }: Graph): readonly Finding[] {
  const events = [...nodes.values()].flatMap((node) => [...node.events.values()]);
  return events.flatMap((all) => all.flatMap((one, index) => hidden(one, all.slice(0, index)) ?? []));
}

/** Setting the status (`PATCH`) finds at most one event. */
export function checkAmbiguity({ nodes }: Graph): readonly Finding[] {
  return [...nodes.values()].flatMap(ambiguities);
}

function hidden(later: GraphTransition, earlier: readonly GraphTransition[]): Finding | undefined {
  for (const other of earlier.filter((one) => servesAllOf(one.transition, later.transition))) {
    const { to } = other.transition;
    const which = `The alternative ${to === undefined ? 'that starts work' : `to ${to}`} before it`;
    if (alwaysHolds(other.guard) === true) {
      const advice = 'Move it to the front, or guard the earlier one.';
      return finding('alternative-unreachable', later.place, `${which} always applies.`, advice);
    }
    if (other.guard?.normal === later.guard?.normal) {
      const detail = `${which} has the same guard.`;
      return finding('alternative-repeats-guard', later.place, detail, 'Change one of the guards.');
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
  for (const [event, transitions] of events) {
    for (const target of new Set(transitions.flatMap(({ transition }) => transition.to ?? []))) {
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
