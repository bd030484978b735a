import type {
  GuardDefinition,
  StateDefinition,
  TimerDefinition,
  TransitionDefinition,
} from './definition.ts';
import { pointer } from './finding.ts';

/** What an event can lead to, in the long form, whichever way it was written. */
export interface Exit {
  readonly event: string;
  readonly transition: TransitionDefinition;
  /** The JSON pointer of the transition, and of its target within it. */
  readonly place: string;
  readonly targetPlace: string;
}

/** What a timer leads to, in the long form. */
export interface TimerExit {
  /** As written: `30m`. */
  readonly after: string;
  readonly timer: TimerDefinition;
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

/** The timers of a state, in the order of the definition. */
export function timersOf({ after = {} }: StateDefinition, statePlace: string): readonly TimerExit[] {
  return Object.entries(after).map(([delay, written]) => {
    const place = pointer(statePlace, 'after', delay);
    return typeof written === 'string'
      ? { after: delay, timer: { to: written }, place, targetPlace: place }
      : { after: delay, timer: written, place, targetPlace: pointer(place, 'to') };
  });
}

/** What can have a guard. */
export type Guarded = Pick<TransitionDefinition, 'when'>;

/** A guard in the long form, or undefined where there is none. */
export function guardOf({ when }: Guarded): GuardDefinition | undefined {
  return typeof when === 'string' ? { cel: when } : when;
}

/** The JSON pointer of the guard's expression. */
export function guardPlace({ when }: Guarded, place: string): string {
  return typeof when === 'string' ? pointer(place, 'when') : pointer(place, 'when', 'cel');
}

function longForm(event: string, transition: TransitionDefinition, place: string): Exit {
  return { event, transition, place, targetPlace: pointer(place, 'to') };
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
