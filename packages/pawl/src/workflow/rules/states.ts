import { type Finding, finding, pointer } from '../finding.ts';
import { nearest } from '../names.ts';
import { type Graph, type GraphNode, reachable, targetsOf } from './graph.ts';

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
    for (const { transition, targetPlace } of edges) {
      if (nodes.has(transition.to)) continue;
      const detail = `There is no state ${transition.to}.`;
      findings.push(finding('unknown-target', targetPlace, detail, meant(transition.to, nodes.keys())));
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
  return [...nodes.values()].flatMap((node) => exitFinding(node) ?? []);
}

/** From every state a final one can be reached. What leads only into another finding is not reported again. */
export function checkEnds(graph: Graph): readonly Finding[] {
  const sources = new Map<string, string[]>();
  for (const { name, edges } of graph.nodes.values()) {
    for (const target of new Set(targetsOf(edges)))
      sources.set(target, [...(sources.get(target) ?? []), name]);
  }
  const ends = [...graph.nodes.values()].filter((node) => node.final || exitFinding(node) !== undefined);
  const unknown = [...sources.keys()].filter((target) => !graph.nodes.has(target));
  const leading = reachable([...ends.map(({ name }) => name), ...unknown], (name) => sources.get(name) ?? []);
  return [...graph.nodes.values()]
    .filter(({ name }) => !leading.has(name))
    .map(({ name, place }) => {
      const detail = `An order in ${name} can never reach a final state.`;
      return finding('no-way-to-final', place, detail, 'Add a way to a state with `final: true`.');
    });
}

function exitFinding({ name, place, final, edges }: GraphNode): Finding | undefined {
  if (final) {
    if (edges.length === 0) return undefined;
    const detail = `${name} is final, but has events that leave it.`;
    return finding('final-with-exits', pointer(place, 'on'), detail, 'Remove `final: true`, or the events.');
  }
  if (edges.length === 0) {
    const detail = `Nothing leaves ${name}, and it is not final.`;
    return finding('dead-end', place, detail, 'Add an event, or mark the state `final: true`.');
  }
  if (targetsOf(edges).length > 0) return undefined;
  const detail = `Nobody can move an order out of ${name}: no guard of its exits ever holds.`;
  return finding('no-way-out', pointer(place, 'on'), detail, 'Correct the guards.');
}

function meant(name: string, states: Iterable<string>): string {
  const names = [...states];
  const guess = nearest(name, names);
  if (guess !== undefined) return `Did you mean ${guess}?`;
  return names.length === 0 ? 'Add states.' : `Known states: ${names.slice(0, 20).join(', ')}.`;
}
