import type { GraphEdge } from '../graph.ts';
import type { Stop, Way } from './stops.ts';

/** A stop, and a way that leaves it. */
export type Leaving = readonly [Stop, Way];

/** Whether nothing is given back where an order comes to its end. */
export function isEnd({ node }: Stop): boolean {
  return node.final && node.state.compensate !== true;
}

/** The ways that leave stops through edges of one kind. */
export function waysFrom(stops: readonly Stop[], wanted: (edge: GraphEdge) => boolean): readonly Leaving[] {
  return stops.flatMap((stop) =>
    stop.ways.filter(({ edge }) => wanted(edge)).map((way): Leaving => [stop, way]),
  );
}

/** The ends to which edges of one kind lead after some ways; each with a way that it is reached by. */
export function endsAfter(
  ways: readonly Leaving[],
  follow: (edge: GraphEdge, next: Stop) => boolean,
): ReadonlyMap<Stop, Leaving> {
  const seen = new Map(ways.map((leaving) => [leaving[1].next, leaving]));
  for (const [stop, leaving] of seen) {
    for (const { edge, next } of stop.ways) {
      if (!seen.has(next) && follow(edge, next)) seen.set(next, leaving);
    }
  }
  return new Map([...seen].filter(([stop]) => isEnd(stop)));
}

/**
 * Finds the end to which the work of states leads an order that has something and keeps it. A state names one state after its
 * work, so that there is one path at most; each stop is walked over once.
 */
export function endByWork(): (start: Stop) => Stop | undefined {
  const known = new Map<Stop, Stop | undefined>();
  const endOf = (stop: Stop): Stop | undefined => {
    if (known.has(stop)) return known.get(stop);
    // So that a circle, which is a finding of its own, comes to no end.
    known.set(stop, undefined);
    const next = afterWork(stop);
    if (next !== undefined) known.set(stop, endOf(next));
    else if (isEnd(stop)) known.set(stop, stop);
    return known.get(stop);
  };
  return endOf;
}

function afterWork({ ways }: Stop): Stop | undefined {
  return ways.find(({ edge, next }) => edge.kind === 'done' && !edge.attended && next.holding === 'held')
    ?.next;
}

/** More than one final state. No state is called so. */
const SEVERAL = 'several';

/** The stops from which several of the wanted final states can be reached. */
export function branchingStops(stops: readonly Stop[], wanted: (stop: Stop) => boolean): readonly Stop[] {
  const ends = endsOf(stops, wanted);
  return stops.filter((stop) => ends.get(stop) === SEVERAL);
}

/**
 * The one wanted final state that can be reached from each stop, or that there are several. Each stop changes at most twice,
 * so that the largest definition takes no longer than its edges.
 */
function endsOf(stops: readonly Stop[], wanted: (stop: Stop) => boolean): ReadonlyMap<Stop, string> {
  const sources = sourcesOf(stops);
  const ends = new Map<Stop, string>();
  const open = stops.filter(wanted).map((stop) => [stop, stop.node.name] as const);
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const [stop, end] = one;
    const known = ends.get(stop);
    const both = known === undefined || known === end ? end : SEVERAL;
    if (both === known) continue;
    ends.set(stop, both);
    for (const source of sources.get(stop) ?? []) open.push([source, both]);
  }
  return ends;
}

function sourcesOf(stops: readonly Stop[]): ReadonlyMap<Stop, readonly Stop[]> {
  const sources = new Map<Stop, Stop[]>();
  for (const [stop, { next }] of waysFrom(stops, ({ kind }) => kind !== 'redrive')) {
    const known = sources.get(next);
    if (known === undefined) sources.set(next, [stop]);
    else known.push(stop);
  }
  return sources;
}
