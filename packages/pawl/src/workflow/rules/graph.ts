import type { StateDefinition, WorkDefinition, WorkflowDefinition } from '../definition.ts';
import { pointer } from '../finding.ts';
import { type Exit, exitsOf, type TimerExit, timersOf } from '../transitions.ts';
import { durationMs } from '../work/duration.ts';
import { stagesOf, undoOf, type WrittenStep } from '../work/steps.ts';
import { alwaysHolds, type GraphGuard, judgeGuard, judgeRules } from './guards.ts';

/** A definition as the rules look at it. */
export interface Graph {
  readonly definition: WorkflowDefinition;
  readonly nodes: ReadonlyMap<string, GraphNode>;
}

/** A state with its ways out. */
export interface GraphNode {
  readonly name: string;
  readonly place: string;
  readonly state: StateDefinition;
  readonly final: boolean;
  /** The alternatives of each event. */
  readonly events: ReadonlyMap<string, readonly GraphTransition[]>;
  readonly timers: readonly GraphTimer[];
  /** What starts when the state is entered. */
  readonly work: GraphWork | undefined;
  /** Every work of the state: its own, and those of its events. */
  readonly works: readonly GraphWork[];
  /** All edges, whether their target exists or not. */
  readonly edges: readonly GraphEdge[];
  /** Every expression of the state, those of its checks included. */
  readonly guards: readonly GraphGuard[];
}

/** A transition, with what is known about its guard before any order exists. */
export interface GraphTransition extends Exit {
  readonly guard: GraphGuard | undefined;
  readonly work: GraphWork | undefined;
}

export interface GraphTimer extends TimerExit {
  readonly delayMs: number;
  readonly guard: GraphGuard | undefined;
}

/** The steps of a work, and the work as a whole: two edges of one work have the same one. */
export interface GraphWork {
  readonly stages: readonly (readonly WrittenStep[])[];
  readonly steps: readonly WrittenStep[];
}

/** One way from a state to another, whatever it takes. */
export interface GraphEdge {
  readonly kind: 'event' | 'done' | 'failed' | 'timer' | 'redrive';
  readonly to: string;
  /** Where the target is named. */
  readonly place: string;
  /** Somebody has to send an event for it: also for the end of work that an event starts. */
  readonly attended: boolean;
  /** True where there is no guard; undefined where it depends on the order, or where the guard is broken. */
  readonly alwaysHolds: boolean | undefined;
  /** The work that ends. */
  readonly work?: GraphWork | undefined;
}

/** Reads a well-formed definition as a graph. */
export function graphOf(definition: WorkflowDefinition): Graph {
  const nodes = Object.entries(definition.states).map(([name, state]) =>
    nodeOf(name, state, definition.tasks),
  );
  return { definition, nodes: new Map(nodes.map((node) => [node.name, node])) };
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
  return edges.filter(isPossible).map(({ to }) => to);
}

/** Whether some order could take the edge. */
export function isPossible(edge: GraphEdge): boolean {
  return edge.alwaysHolds !== false;
}

/** An edge that needs nobody: the end of a state's work, or a timer. */
export function isUnattended(edge: GraphEdge): boolean {
  return !edge.attended && isPossible(edge);
}

function nodeOf(name: string, state: StateDefinition, tasks: WorkflowDefinition['tasks']): GraphNode {
  const place = pointer('', 'states', name);
  const events = new Map(
    [...exitsOf(state, place)].map(([event, exits]) => [
      event,
      exits.map((exit) => transitionOf(exit, name)),
    ]),
  );
  const transitions = [...events.values()].flat();
  const timers = timersOf(state, place).map((timer) => timerOf(timer, name));
  const work = workOf(state.run, place);
  const works = [work, ...transitions.map((transition) => transition.work)].filter(
    (one) => one !== undefined,
  );
  return {
    ...{ name, place, state, events, timers, work, works },
    final: state.final === true,
    edges: [
      ...transitions.flatMap(transitionEdges),
      ...workEdges(state, place, work, false, true),
      ...timers.map(timerEdge),
      ...redriveEdges(state, place),
    ],
    guards: [
      ...[...transitions, ...timers].flatMap(({ guard }) => guard ?? []),
      ...works.flatMap(({ steps }) => steps.flatMap((step) => rulesOf(step, name, tasks))),
    ],
  };
}

function transitionOf(exit: Exit, from: string): GraphTransition {
  const { transition, place } = exit;
  const guard = judgeGuard(transition, { place, state: from, subject: 'transition' });
  return { ...exit, guard, work: workOf(transition.run, place) };
}

function timerOf(exit: TimerExit, from: string): GraphTimer {
  const guard = judgeGuard(exit.timer, { place: exit.place, state: from, subject: 'timer' });
  return { ...exit, delayMs: durationMs(exit.after), guard };
}

function workOf(run: WorkDefinition | undefined, place: string): GraphWork | undefined {
  if (run === undefined) return undefined;
  const stages = stagesOf(run, pointer(place, 'run'));
  return { stages, steps: stages.flat() };
}

function transitionEdges({ transition, place, targetPlace, guard, work }: GraphTransition): GraphEdge[] {
  const holds = alwaysHolds(guard);
  const ends = workEdges(transition, place, work, true, holds);
  if (transition.to === undefined) return ends;
  const { to } = transition;
  return [{ kind: 'event', to, place: targetPlace, attended: true, alwaysHolds: holds }, ...ends];
}

function workEdges(
  { done, failed }: Pick<StateDefinition, 'done' | 'failed'>,
  place: string,
  work: GraphWork | undefined,
  attended: boolean,
  holds: boolean | undefined,
): GraphEdge[] {
  const edge = (kind: 'done' | 'failed', to: string | undefined): GraphEdge[] =>
    to === undefined ? [] : [{ kind, to, place: pointer(place, kind), attended, alwaysHolds: holds, work }];
  return [...edge('done', done), ...edge('failed', failed)];
}

function timerEdge({ timer, targetPlace, guard }: GraphTimer): GraphEdge {
  return {
    kind: 'timer',
    to: timer.to,
    place: targetPlace,
    attended: false,
    alwaysHolds: alwaysHolds(guard),
  };
}

function redriveEdges({ review }: StateDefinition, place: string): GraphEdge[] {
  if (review?.redrive === undefined) return [];
  const target = pointer(place, 'review', 'redrive');
  return [{ kind: 'redrive', to: review.redrive, place: target, attended: true, alwaysHolds: true }];
}

function rulesOf(
  written: WrittenStep,
  state: string,
  tasks: WorkflowDefinition['tasks'],
): readonly GraphGuard[] {
  const undo = undoOf(written, tasks);
  // An undo runs in whichever state compensates.
  const undoRules = undo === undefined ? [] : judgeRules(undo.action, undo.place, undefined);
  return [...judgeRules(written.step, written.place, state), ...undoRules];
}
