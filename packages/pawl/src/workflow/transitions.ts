import type { GuardDefinition, StateDefinition, TransitionDefinition } from './definition.ts';
import { pointer } from './finding.ts';

/** One way out of a state, in the long form, whichever way it was written. */
export interface Exit {
  readonly event: string;
  readonly transition: TransitionDefinition;
  /** The JSON pointer of the transition, and of its target within it. */
  readonly place: string;
  readonly targetPlace: string;
}

/** The alternatives of every event of a state, in the order of the definition. */
export function exitsOf(state: StateDefinition, statePlace: string): ReadonlyMap<string, readonly Exit[]> {
  const exits = new Map<string, readonly Exit[]>();
  for (const [event, written] of Object.entries(state.on ?? {})) {
    const place = pointer(statePlace, 'on', event);
    if (typeof written === 'string') {
      exits.set(event, [{ event, transition: { to: written }, place, targetPlace: place }]);
    } else if (isList(written)) {
      exits.set(
        event,
        written.map((transition, index) => longForm(event, transition, pointer(place, index))),
      );
    } else {
      exits.set(event, [longForm(event, written, place)]);
    }
  }
  return exits;
}

/** A guard in the long form, or undefined where there is none. */
export function guardOf({ when }: Pick<TransitionDefinition, 'when'>): GuardDefinition | undefined {
  return typeof when === 'string' ? { cel: when } : when;
}

/** The JSON pointer of the guard's expression. */
export function guardPlace({ transition, place }: Exit): string {
  return typeof transition.when === 'string' ? pointer(place, 'when') : pointer(place, 'when', 'cel');
}

function longForm(event: string, transition: TransitionDefinition, place: string): Exit {
  return { event, transition, place, targetPlace: pointer(place, 'to') };
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
