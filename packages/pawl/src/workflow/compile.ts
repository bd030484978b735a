import type { Branch, CompiledState, CompiledWork, CompiledWorkflow, Lead } from './compiled.ts';
import type { StateDefinition, WorkflowDefinition } from './definition.ts';
import { compileGuard } from './guard/guard.ts';
import { type Exit, exitsOf, guardOf } from './transitions.ts';
import { compileTimers, compileWork } from './work/compile-work.ts';

/**
 * Turns a definition into the table that decisions look up.
 *
 * The definition must have no error of `verifyWorkflow`: that is not checked again, since stored definitions are compiled at
 * every start.
 *
 * @throws {Error} if a guard is no guard, an event leads nowhere, or the initial state or a target does not exist.
 */
export function compileWorkflow(definition: WorkflowDefinition): CompiledWorkflow {
  const { tasks } = definition;
  const states = new Map(
    Object.entries(definition.states).map(([name, state]) => [name, compileState(name, state, tasks)]),
  );
  demandState(states, definition.initial);
  for (const target of [...states.values()].flatMap(targetsOf)) demandState(states, target);
  return {
    definition,
    name: definition.name,
    initial: definition.initial,
    announces: definition.announces ?? 'OrderCreated',
    illegalTransitionStatus: definition.illegalTransitionStatus ?? 422,
    preconditionsRequired: definition.preconditions !== 'optional',
    states,
    events: acceptingStates(states),
    usesStock: [...states.values()].flatMap(worksOf).some(usesStock),
  };
}

function compileState(
  name: string,
  state: StateDefinition,
  tasks: WorkflowDefinition['tasks'],
): CompiledState {
  const { final = false, editable = false, archivable = false, compensate = false, review } = state;
  const on = new Map(
    [...exitsOf(state, '')].map(([event, exits]) => [
      event,
      exits.map((exit, index) => compileBranch(exit, index, tasks)),
    ]),
  );
  return {
    ...{ name, final, editable, archivable, on },
    run: compileWork(state, tasks),
    timers: compileTimers(state),
    compensate,
    review: review !== undefined,
    redrive: review?.redrive ?? null,
  };
}

function compileBranch(exit: Exit, index: number, tasks: WorkflowDefinition['tasks']): Branch {
  const { event, transition } = exit;
  const guard = guardOf(transition);
  return {
    ...compileLead(exit, tasks),
    ...{ event, index },
    accepted: transition.accepted ?? 'accepted',
    roles: transition.roles ?? [],
    reasonRequired: transition.reason === 'required',
    guard: guard === undefined ? null : compileGuard(guard),
  };
}

function compileLead({ event, transition }: Exit, tasks: WorkflowDefinition['tasks']): Lead {
  const { to, done } = transition;
  const work = compileWork(transition, tasks);
  if (work !== null && done !== undefined) return { to: null, work: { ...work, done } };
  if (work === null && to !== undefined) return { to, work };
  throw new Error(`unverified definition: ${event} leads nowhere`);
}

function acceptingStates(states: ReadonlyMap<string, CompiledState>): ReadonlyMap<string, readonly string[]> {
  const events = new Map<string, string[]>();
  for (const state of states.values()) {
    for (const event of state.on.keys()) {
      const accepting = events.get(event);
      if (accepting === undefined) events.set(event, [state.name]);
      else accepting.push(state.name);
    }
  }
  return events;
}

/** Every state that a state names. */
function targetsOf(state: CompiledState): readonly string[] {
  const named = [
    ...branchesOf(state).map(({ to }) => to),
    ...worksOf(state).flatMap(({ done, failed }) => [done, failed]),
    ...state.timers.map(({ to }) => to),
    state.redrive,
  ];
  return named.filter((target) => target !== null);
}

function worksOf(state: CompiledState): readonly CompiledWork[] {
  return [state.run, ...branchesOf(state).map(({ work }) => work)].filter((work) => work !== null);
}

function branchesOf(state: CompiledState): readonly Branch[] {
  return [...state.on.values()].flat();
}

function usesStock({ steps }: CompiledWork): boolean {
  return steps.flatMap(({ task, undo }) => [task, undo?.task]).some((task) => task?.startsWith('stock.'));
}

function demandState(states: ReadonlyMap<string, CompiledState>, name: string): void {
  if (!states.has(name)) throw new Error(`unverified definition: there is no state ${name}`);
}
