import type { RecordedEvent } from '../../ports/store.ts';
import type {
  StateDefinition,
  TransitionDefinition,
  WorkDefinition,
  WorkflowDefinition,
} from '../../workflow/definition.ts';
import { exitsOf, timersOf } from '../../workflow/transitions.ts';
import { stagesOf, undoOf, type WrittenStep } from '../../workflow/work/steps.ts';

/** Work that an event of a trail may have started. */
export interface StartedWork {
  readonly state: string;
  /** The event that was accepted; null for work of the state. */
  readonly event: string | null;
  readonly steps: readonly WrittenStep[];
  /** Where its end leads. */
  readonly targets: readonly string[];
}

/** Attempts where a definition says nothing of them, as the language promises. */
const STEP_ATTEMPTS = 5;
const UNDO_ATTEMPTS = 10;

/** A definition, read anew from its text: what a step may do is not asked of the code that has decided it. */
export class RuleBook {
  readonly #definition: WorkflowDefinition;
  /** By state and event: what it can lead to. */
  readonly #exits = new Map<string, readonly TransitionDefinition[]>();
  /** By state: where its timers lead. */
  readonly #timers = new Map<string, readonly string[]>();
  readonly #works = new Map<string, readonly StartedWork[]>();

  constructor(definition: WorkflowDefinition) {
    this.#definition = definition;
    for (const [name, state] of Object.entries(definition.states)) this.#read(name, state);
  }

  get initial(): string {
    return this.#definition.initial;
  }

  state(name: string): StateDefinition | undefined {
    return Object.hasOwn(this.#definition.states, name) ? this.#definition.states[name] : undefined;
  }

  /** What a client event can do in a state; empty where it is not accepted. */
  exits(state: string, event: string): readonly TransitionDefinition[] {
    return this.#exits.get(`${state} ${event}`) ?? [];
  }

  timerTargets(state: string): readonly string[] {
    return this.#timers.get(state) ?? [];
  }

  /** The works that an event may have started: one of a state that was entered, or those of an accepted event. */
  startedBy({ head, payload }: RecordedEvent): readonly StartedWork[] {
    if (head.type === 'work_accepted') return this.#works.get(`${head.to} ${head.event}`) ?? [];
    const enters = head.from !== head.to || head.type === 'transitioned' || payload?.entered === true;
    return enters ? (this.#works.get(head.to) ?? []) : [];
  }

  /** The task that takes a step back; null if nothing does. */
  undoOf(step: WrittenStep): string | null {
    return undoOf(step, this.#definition.tasks)?.action.task ?? null;
  }

  /** How many attempts a step has, or its undo, before it has come to its end. */
  attemptsMax(step: WrittenStep, undo: boolean): number {
    const action = undo ? undoOf(step, this.#definition.tasks)?.action : step.step;
    return action?.retry?.attempts ?? (undo ? UNDO_ATTEMPTS : STEP_ATTEMPTS);
  }

  #read(name: string, state: StateDefinition): void {
    this.#timers.set(
      name,
      timersOf(state, '').map(({ timer }) => timer.to),
    );
    this.#addWork(name, { state: name, event: null }, state);
    for (const [event, exits] of exitsOf(state, '')) {
      const transitions = exits.map(({ transition }) => transition);
      this.#exits.set(`${name} ${event}`, transitions);
      for (const transition of transitions)
        this.#addWork(`${name} ${event}`, { state: name, event }, transition);
    }
  }

  #addWork(
    key: string,
    place: { readonly state: string; readonly event: string | null },
    {
      run,
      done,
      failed,
    }: { readonly run?: WorkDefinition; readonly done?: string; readonly failed?: string },
  ): void {
    if (run === undefined) return;
    const targets = [done, failed].filter((target) => target !== undefined);
    const work = { ...place, steps: stagesOf(run, '').flat(), targets };
    this.#works.set(key, [...(this.#works.get(key) ?? []), work]);
  }
}
