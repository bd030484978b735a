import type { Branch, CompiledState, CompiledWorkflow } from './compiled.ts';
import type { StateDefinition, WorkflowDefinition } from './definition.ts';
import { compileGuard } from './guard/guard.ts';
import { type Exit, exitsOf, guardOf } from './transitions.ts';

/**
 * Turns a definition into the table that decisions look up.
 *
 * The definition must have no error of `verifyWorkflow`: that is not checked again, since stored definitions are compiled at
 * every start.
 *
 * @throws {Error} if a guard is no guard, or the initial state or a target does not exist.
 */
export function compileWorkflow(definition: WorkflowDefinition): CompiledWorkflow {
  const states = new Map(
    Object.entries(definition.states).map(([name, state]) => [name, compileState(name, state)]),
  );
  demandState(states, definition.initial);
  for (const branch of [...states.values()].flatMap((state) => [...state.on.values()].flat()))
    demandState(states, branch.to);
  return {
    definition,
    name: definition.name,
    initial: definition.initial,
    announces: definition.announces ?? 'OrderCreated',
    illegalTransitionStatus: definition.illegalTransitionStatus ?? 422,
    preconditionsRequired: definition.preconditions !== 'optional',
    states,
    events: acceptingStates(states),
  };
}

function compileState(name: string, state: StateDefinition): CompiledState {
  const { final = false, editable = false, archivable = false } = state;
  const on = new Map([...exitsOf(state, '')].map(([event, exits]) => [event, exits.map(compileBranch)]));
  return { name, final, editable, archivable, on };
}

function compileBranch({ event, transition }: Exit): Branch {
  const guard = guardOf(transition);
  return {
    event,
    to: transition.to,
    roles: transition.roles ?? [],
    reasonRequired: transition.reason === 'required',
    guard: guard === undefined ? null : compileGuard(guard),
  };
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

function demandState(states: ReadonlyMap<string, CompiledState>, name: string): void {
  if (!states.has(name)) throw new Error(`unverified definition: there is no state ${name}`);
}
