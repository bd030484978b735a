import { type Finding, finding, pointer } from '../finding.ts';
import { nearest } from '../names.ts';
import { type Graph, type GraphEdge, type GraphNode, isPossible, reachable, targetsOf } from './graph.ts';

/** The initial state and every target exist. */
export function checkTargets({ definition, nodes }: Graph): readonly Finding[] {
  const findings: Finding[] = [];
  const { initial } = definition;
  if (!nodes.has(initial)) {
    findings.push(
      finding('initial-unknown', '/initial', `There is no state ${initial}.`, meant(initial, nodes.keys())),
    );
  }
  for (const { edges } of nodes.values()) {
    for (const { to, place } of edges) {
      if (nodes.has(to)) continue;
      findings.push(finding('unknown-target', place, `There is no state ${to}.`, meant(to, nodes.keys())));
    }
  }
  return findings;
}

/** Every state can be reached. */
export function checkReachability(graph: Graph): readonly Finding[] {
  const { initial } = graph.definition;
  if (!graph.nodes.has(initial)) return [];
  const reached = reachable([initial], (name) => targetsOf(graph.nodes.get(name)?.edges ?? []));
  return [...graph.nodes.values()]
    .filter(({ name }) => !reached.has(name))
    .map(({ name, place }) => {
      const detail = `No order can get from ${initial} to ${name}.`;
      return finding(
        'unreachable-state',
        place,
        detail,
        'Add a transition that leads here, or remove the state.',
      );
    });
}

/** Final states have no exits, all others have one that can be taken. */
export function checkExits({ nodes }: Graph): readonly Finding[] {
  return [...nodes.values()].flatMap(exitFindings);
}

/** From every state a final one can be reached. What leads only into another finding is not reported again. */
export function checkEnds(graph: Graph): readonly Finding[] {
  const sources = new Map<string, string[]>();
  for (const { name, edges } of graph.nodes.values()) {
    for (const target of new Set(edges.filter(isExit).map(({ to }) => to)))
      sources.set(target, [...(sources.get(target) ?? []), name]);
  }
  const ends = [...graph.nodes.values()].filter((node) => node.final || exitFindings(node).length > 0);
  const unknown = [...sources.keys()].filter((target) => !graph.nodes.has(target));
  const leading = reachable([...ends.map(({ name }) => name), ...unknown], (name) => sources.get(name) ?? []);
  return [...graph.nodes.values()]
    .filter(({ name }) => !leading.has(name))
    .map(({ name, place }) => {
      const detail = `An order in ${name} can never reach a final state.`;
      return finding('no-way-to-final', place, detail, 'Add a way to a state with `final: true`.');
    });
}

/**
 * Whether orders can count on the edge. A guarded timer is judged once: if its guard does not hold then, it never leads on.
 * A redrive leads out of nothing, it starts anew.
 */
function isExit(edge: GraphEdge): boolean {
  if (edge.kind === 'redrive') return false;
  return edge.kind === 'timer' ? edge.alwaysHolds === true : isPossible(edge);
}

function exitFindings(node: GraphNode): readonly Finding[] {
  if (node.final) return finalFindings(node);
  const { name, place, events, edges } = node;
  const exits = edges.filter(({ kind }) => kind !== 'redrive');
  if (exits.length === 0) {
    const detail = `Nothing leaves ${name}, and it is not final.`;
    const advice = 'Add an event, work or a timer, or mark the state `final: true`.';
    return [finding('dead-end', place, detail, advice)];
  }
  if (exits.some(isExit)) return [];
  const detail = `Nothing is sure to move an order out of ${name}: no guard of its exits needs to hold.`;
  const advice = 'Correct the guards, or add an exit without one; a guarded timer is judged only once.';
  return [finding('no-way-out', pointer(place, events.size > 0 ? 'on' : 'after'), detail, advice)];
}

function finalFindings({ name, place, state, events, timers }: GraphNode): readonly Finding[] {
  const exits = [
    ['on', events.size > 0, 'has events that leave it'],
    ['done', state.done !== undefined, 'names a state after its work'],
    ['failed', state.failed !== undefined, 'names a state after its work has failed'],
    ['after', timers.length > 0, 'has timers that leave it'],
  ] as const;
  return exits
    .filter(([, present]) => present)
    .map(([member, , what]) => {
      const advice = `Remove \`final: true\`, or \`${member}\`.`;
      return finding('final-with-exits', pointer(place, member), `${name} is final, but ${what}.`, advice);
    });
}

function meant(name: string, states: Iterable<string>): string {
  const names = [...states];
  const guess = nearest(name, names);
  if (guess !== undefined) return `Did you mean ${guess}?`;
  return names.length === 0 ? 'Add states.' : `Known states: ${names.slice(0, 20).join(', ')}.`;
}
