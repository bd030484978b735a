import type { WorkflowDefinition } from '../../definition.ts';
import { type Finding, finding } from '../../finding.ts';
import { undoOf, type WrittenStep } from '../../work/steps.ts';
import { type Graph, type GraphEdge, type GraphNode, isUnattended } from '../graph.ts';
import { heldBy } from '../tasks.ts';
import { branchingStops, endByWork, endsAfter, isEnd, type Leaving, waysFrom } from './ends.ts';
import { type Effect, type Stop, stopsOf, type Way } from './stops.ts';

/**
 * What a step holds is given back on every path that takes the order back. Which paths those are, nobody writes down; taken
 * for them are failures, timers, and events to where those lead. Where only one end is left that gives nothing back, it is
 * the one that the order was made for: stock shipped, money earned.
 */
export function checkHolds(graph: Graph): readonly Finding[] {
  const { tasks } = graph.definition;
  const steps = [...graph.nodes.values()].flatMap(({ works }) => works.flatMap((work) => work.steps));
  const holding = steps.filter(({ step }) => heldBy(step.task, tasks) !== undefined);
  const things = new Set(steps.flatMap(({ step }) => heldBy(step.task, tasks) ?? []));
  return [
    ...holding.filter((step) => undoOf(step, tasks) === undefined).map(withoutUndo),
    ...[...things].flatMap((thing) => endFindings(stopsOf(graph, effectOn(thing, holding, tasks)), thing)),
  ];
}

function withoutUndo({ step, place }: WrittenStep): Finding {
  const detail = `${step.task} holds something until it is undone, but the step has no undo.`;
  const advice =
    'Name the task that takes it back in `undo`, for example `stock.release` or `payment.refund`.';
  return finding('hold-without-undo', place, detail, advice);
}

/** A step gives a thing back if its task is the undo of a step that holds it. */
function effectOn(
  thing: string,
  holding: readonly WrittenStep[],
  tasks: WorkflowDefinition['tasks'],
): Effect {
  const givers = new Set(
    holding
      .filter(({ step }) => heldBy(step.task, tasks) === thing)
      .map((step) => undoOf(step, tasks)?.action.task),
  );
  return ({ step }, before) => {
    if (heldBy(step.task, tasks) === thing) return 'held';
    if (before !== 'held') return before;
    if (givers.has(step.task)) return 'free';
    return thing === 'stock' && step.task === 'stock.ship' ? 'used' : before;
  };
}

function endFindings(stops: readonly Stop[], thing: string): readonly Finding[] {
  const lost = lostEnds(stops);
  return [
    ...[...lost].map(([node, leaving]) => notReleased(node, thing, leaving)),
    ...keptEnds(stops, lost).map(([{ node }, leaving]) => kept(node, thing, leaving)),
    ...redrivesWithHold(stops, lost).map(([stop, way]) => redriveFinding(stop.node, thing, way)),
  ];
}

/** The final states that must give back, each with a way that ends there. */
function lostEnds(stops: readonly Stop[]): ReadonlyMap<GraphNode, Leaving> {
  const branching = branchingStops(stops, keeps);
  const lost = new Map<GraphNode, Leaving>();
  for (const [end, leaving] of endsAfter(heldWays(branching, goesWrong), unlessFreed(isUnattended))) {
    if (end.rest === 'held') lost.set(end.node, leaving);
  }
  const cancelling = cancellingStates(stops);
  for (const [{ node }, leaving] of sentEnds(branching)) {
    if (cancelling.has(node) && !lost.has(node)) lost.set(node, leaving);
  }
  return lost;
}

/** The events that end an order with something held, where others do so too. What is wrong anyway is not counted. */
function keptEnds(stops: readonly Stop[], lost: ReadonlyMap<GraphNode, unknown>): readonly [Stop, Leaving][] {
  const branching = branchingStops(stops, (stop) => keeps(stop) && !lost.has(stop.node));
  const byPlace = new Map<string, [Stop, Leaving]>();
  for (const [end, leaving] of sentEnds(branching)) {
    if (!lost.has(end.node)) byPlace.set(leaving[1].edge.place, [end, leaving]);
  }
  return [...byPlace.values()];
}

function redrivesWithHold(stops: readonly Stop[], lost: ReadonlyMap<GraphNode, unknown>): readonly Leaving[] {
  const held = stops.filter((stop) => (stop.rest === 'held' || stop.mayKeep) && !lost.has(stop.node));
  const byState = new Map(waysFrom(held, ({ kind }) => kind === 'redrive').map((one) => [one[0].node, one]));
  return [...byState.values()];
}

/** The final states to which a failure or a timer leads by itself although the order could end elsewhere. */
function cancellingStates(stops: readonly Stop[]): ReadonlySet<GraphNode> {
  const ways = waysFrom(branchingStops(stops, isEnd), goesWrong);
  return new Set([...endsAfter(ways, isUnattended).keys()].map(({ node }) => node));
}

/** Where events end an order with something held: at once, or by the work of the states between. */
function sentEnds(from: readonly Stop[]): readonly [Stop, Leaving][] {
  const endOf = endByWork();
  return heldWays(from, isSent).flatMap((leaving): [Stop, Leaving][] => {
    const end = endOf(leaving[1].next);
    return end?.rest === 'held' ? [[end, leaving]] : [];
  });
}

/** The ways on which something is held from before, and not given back by arriving. */
function heldWays(from: readonly Stop[], wanted: (edge: GraphEdge) => boolean): readonly Leaving[] {
  return waysFrom(from, wanted).filter(
    ([, { holding, next }]) => holding === 'held' && next.holding === 'held',
  );
}

function unlessFreed(wanted: (edge: GraphEdge) => boolean) {
  return (edge: GraphEdge, next: Stop) => wanted(edge) && next.holding === 'held';
}

/** Where an order ends, and something was not given back: it is held for good, or used up. */
function keeps(stop: Stop): boolean {
  return isEnd(stop) && stop.rest !== 'free';
}

function goesWrong({ kind }: GraphEdge): boolean {
  return kind === 'failed' || kind === 'timer';
}

function isSent({ kind, attended }: GraphEdge): boolean {
  return attended && (kind === 'event' || kind === 'done');
}

function notReleased({ name, place }: GraphNode, thing: string, [from, { edge }]: Leaving): Finding {
  const { kind } = edge;
  const cause = kind === 'failed' ? 'a failure' : kind === 'timer' ? 'a timer' : 'an event';
  const detail = `Orders that ${cause} takes out of ${from.node.name} end in ${name} with ${thing} still held.`;
  const advice = 'Mark the state `compensate: true`, or lead there through a step that gives it back.';
  return finding('hold-not-released', place, detail, advice);
}

function kept({ name }: GraphNode, thing: string, [from, { edge }]: Leaving): Finding {
  const detail = `From ${from.node.name} this leads to the end in ${name} with ${thing} still held, and others lead to another such end.`;
  const advice = `If the order is taken back here, mark ${name} \`compensate: true\`.`;
  return finding('hold-kept-on-cancel', edge.place, detail, advice);
}

function redriveFinding({ name }: GraphNode, thing: string, { edge }: Way): Finding {
  const detail = `A redrive from ${name} starts a new run while ${thing} of the last one is still held.`;
  return finding('hold-not-released', edge.place, detail, `Mark ${name} \`compensate: true\`.`);
}
