import type { GraphEdge } from '../graph.ts';
import type { Stop, Stops, Way } from './stops.ts';

/** A stop, and a way that leaves it. */
export type Leaving = readonly [Stop, Way];

/** Whether nothing is given back where an order comes to its end. */
export function isEnd({ node }: Stop): boolean {
  return node.final && node.state.compensate !== true;
}

/** The ways that leave stops through edges of one kind. */
export function waysFrom(stops: Iterable<Stop>, wanted: (edge: GraphEdge) => boolean): readonly Leaving[] {
  return [...stops].flatMap((stop) =>
    stop.ways.filter(({ edge }) => wanted(edge)).map((way): Leaving => [stop, way]),
  );
}

/** The ends to which edges of one kind lead from stops by their keys, these included; each with the first key it is reached from. */
export function endsAfter(
  stops: Stops,
  keys: Iterable<string>,
  follow: (edge: GraphEdge, next: Stop | undefined) => boolean,
): ReadonlyMap<Stop, string> {
  const seen = new Map([...keys].map((key) => [key, key]));
  for (const [key, first] of seen) {
    for (const { edge, next } of stops.get(key)?.ways ?? []) {
      if (!seen.has(next) && follow(edge, stops.get(next))) seen.set(next, first);
    }
  }
  const reached = [...seen].map(([key, first]) => [stops.get(key), first] as const);
  return new Map(reached.filter((one): one is [Stop, string] => one[0] !== undefined && isEnd(one[0])));
}

/**
 * Finds the end to which the work of states leads an order that has something and keeps it. A state names one state after its
 * work, so that there is one path at most; each key is walked over once.
 */
export function endByWork(stops: Stops): (key: string) => Stop | undefined {
  const known = new Map<string, Stop | undefined>();
  return (start) => {
    const path: string[] = [];
    let key: string | undefined = start;
    for (; key !== undefined && !known.has(key); key = afterWork(stops, key)) {
      const stop = stops.get(key);
      known.set(key, stop !== undefined && isEnd(stop) ? stop : undefined);
      path.push(key);
    }
    const end = known.get(key ?? path.at(-1) ?? '');
    for (const one of path) known.set(one, end);
    return end;
  };
}

function afterWork(stops: Stops, key: string): string | undefined {
  const ways = stops.get(key)?.ways.filter(({ edge }) => edge.kind === 'done' && !edge.attended) ?? [];
  return ways.find(({ next }) => stops.get(next)?.holding === 'held')?.next;
}

/** More than one final state. No state is called so. */
const SEVERAL = 'several';

/** The stops from which several of the wanted final states can be reached. */
export function branchingStops(stops: Stops, wanted: (stop: Stop) => boolean): readonly Stop[] {
  const ends = endsOf(stops, wanted);
  return [...stops].filter(([key]) => ends.get(key) === SEVERAL).map(([, stop]) => stop);
}

/**
 * The one wanted final state that can be reached from each stop, or that there are several. Each stop changes at most twice,
 * so that the largest definition takes no longer than its edges.
 */
function endsOf(stops: Stops, wanted: (stop: Stop) => boolean): ReadonlyMap<string, string> {
  const sources = sourcesOf(stops);
  const ends = new Map<string, string>();
  const open = [...stops]
    .filter(([, stop]) => wanted(stop))
    .map(([key, { node }]) => [key, node.name] as const);
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const [key, end] = one;
    const known = ends.get(key);
    const both = known === undefined || known === end ? end : SEVERAL;
    if (both === known) continue;
    ends.set(key, both);
    for (const source of sources.get(key) ?? []) open.push([source, both]);
  }
  return ends;
}

function sourcesOf(stops: Stops): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, string[]>();
  for (const [key, { ways }] of stops) {
    for (const { edge, next } of ways) {
      if (edge.kind === 'redrive') continue;
      const known = sources.get(next);
      if (known === undefined) sources.set(next, [key]);
      else known.push(key);
    }
  }
  return sources;
}
