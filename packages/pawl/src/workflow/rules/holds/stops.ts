import type { WrittenStep } from '../../work/steps.ts';
import { type Graph, type GraphEdge, type GraphNode, type GraphWork, isPossible } from '../graph.ts';

/**
 * What an order has of one thing, for example stock: nothing; something that must be given back; or something that was used
 * up, as shipped stock is.
 */
export type Holding = 'free' | 'held' | 'used';

/** What completing a step does to what an order has. */
export type Effect = (step: WrittenStep, holding: Holding) => Holding;

/** An order in a state, with what it may have when it enters. */
export interface Stop {
  readonly node: GraphNode;
  readonly holding: Holding;
  /** What it has when the state's own work is done. */
  readonly rest: Holding;
  /** Whether it has taken something when the state's own work is given up: in a final state nothing else follows from that. */
  readonly mayKeep: boolean;
  readonly ways: readonly Way[];
}

/** An edge that an order can take, and where it then is. */
export interface Way {
  readonly edge: GraphEdge;
  /** What it has when it sets out: before the work of an event, or when something else moves it. */
  readonly holding: Holding;
  readonly next: Stop;
}

/**
 * Every state that an order can be in, together with what it may have there. This says more than each of both alone: an
 * order that was refunded on its way to a state can end there, another cannot.
 */
export function stopsOf({ definition, nodes }: Graph, effect: Effect): readonly Stop[] {
  const stops = new Map<string, Stop & { readonly ways: Way[] }>();
  const stopAt = (node: GraphNode, holding: Holding): Stop => {
    const key = `${node.name} ${holding}`;
    const known = stops.get(key);
    if (known !== undefined) return known;
    const rest = node.work === undefined ? holding : whole(node.work, holding, effect);
    const stop = { node, holding, rest, mayKeep: mayKeep(node, holding, effect), ways: [] };
    stops.set(key, stop);
    return stop;
  };
  const initial = nodes.get(definition.initial);
  if (initial !== undefined) stopAt(initial, 'free');
  // They grow while they are walked over.
  for (const { node, holding, ways } of stops.values()) {
    for (const { edge, before, after } of journeys(node, holding, effect)) {
      const target = nodes.get(edge.to);
      // That there is no such state is a finding of its own.
      if (target === undefined) continue;
      ways.push({ edge, holding: before, next: stopAt(target, arrival(target, edge, after)) });
    }
  }
  return [...stops.values()];
}

/** An operator may say of any step that died that it has failed. */
function mayKeep({ work, state }: GraphNode, holding: Holding, effect: Effect): boolean {
  if (work === undefined || state.final !== true || holding === 'held') return false;
  return partly(work, holding, effect).includes('held');
}

interface Journey {
  readonly edge: GraphEdge;
  readonly before: Holding;
  readonly after: Holding;
}

/** A redrive starts a new run, which knows nothing of the last one; that it must not hold anything is a finding of its own. */
function arrival({ state }: GraphNode, edge: GraphEdge, holding: Holding): Holding {
  return state.compensate === true || edge.kind === 'redrive' ? 'free' : holding;
}

function journeys(node: GraphNode, holding: Holding, effect: Effect): readonly Journey[] {
  const { work: own } = node;
  const inside = own === undefined ? [holding] : partly(own, holding, effect);
  const eventWorks = node.works.filter((work) => work !== own);
  // The work of an event may be under way whenever something else moves the order.
  const interrupted = (holdings: readonly Holding[]) =>
    distinct(holdings.flatMap((one) => [one, ...eventWorks.flatMap((work) => partly(work, one, effect))]));
  const leaving = interrupted(inside);
  const journeysBy = (edge: GraphEdge): readonly Journey[] => {
    const { kind, work, attended } = edge;
    const moved = (holdings: readonly Holding[]) =>
      holdings.map((one) => ({ edge, before: one, after: one }));
    if (work === undefined || (kind === 'failed' && !attended)) return moved(leaving);
    if (kind === 'failed') return moved(distinct(inside.flatMap((one) => partly(work, one, effect))));
    if (!attended) return moved(interrupted([whole(work, holding, effect)]));
    return inside.map((before) => ({ edge, before, after: whole(work, before, effect) }));
  };
  return node.edges.filter(isPossible).flatMap(journeysBy);
}

/** What an order may have when a work is left unfinished, or has failed. The last of its steps is then not completed. */
function partly({ stages }: GraphWork, holding: Holding, effect: Effect): readonly Holding[] {
  const possible = [holding];
  let before = holding;
  for (const [index, stage] of stages.entries()) {
    const within = new Set([before]);
    const some = index < stages.length - 1 || stage.length > 1 ? stage : [];
    for (const step of some) for (const one of within) within.add(effect(step, one));
    possible.push(...within);
    before = stageDone(stage, before, effect);
  }
  return distinct(possible);
}

/** What an order has when all steps of a work are completed. */
function whole({ stages }: GraphWork, holding: Holding, effect: Effect): Holding {
  return stages.reduce((one, stage) => stageDone(stage, one, effect), holding);
}

/** Of steps at the same time, those that take something are counted last: they may be. */
function stageDone(stage: readonly WrittenStep[], holding: Holding, effect: Effect): Holding {
  if (stage.some((step) => effect(step, 'free') === 'held')) return 'held';
  return stage.reduce((one, step) => effect(step, one), holding);
}

function distinct(holdings: readonly Holding[]): readonly Holding[] {
  return [...new Set(holdings)];
}
