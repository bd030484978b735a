import type { IllegalTransitionStatus, WorkflowDefinition } from './definition.ts';

/** A definition ready to decide by: legality is a lookup in `states`. */
export interface CompiledWorkflow {
  readonly definition: WorkflowDefinition;
  readonly name: string;
  readonly initial: string;
  readonly announces: string;
  readonly illegalTransitionStatus: IllegalTransitionStatus;
  readonly preconditionsRequired: boolean;
  readonly states: ReadonlyMap<string, CompiledState>;
  /** Every client event that any state knows, with the states that accept it, in the order of the definition. */
  readonly events: ReadonlyMap<string, readonly string[]>;
  /** Whether any step moves or looks at stock. */
  readonly usesStock: boolean;
}

export interface CompiledState {
  readonly name: string;
  readonly final: boolean;
  readonly editable: boolean;
  readonly archivable: boolean;
  /** Client events by name; the branches of an event are tried in order. Never empty. */
  readonly on: ReadonlyMap<string, readonly Branch[]>;
  /** What starts when the state is entered. */
  readonly run: CompiledWork | null;
  /** In the order of the definition. */
  readonly timers: readonly CompiledTimer[];
  readonly compensate: boolean;
  /** A settled order waits here for a person to look at it. */
  readonly review: boolean;
  readonly redrive: string | null;
}

/** Steps in stages: a stage starts when the one before it is done; its steps run at the same time. */
export interface CompiledWork {
  readonly stages: readonly (readonly CompiledStep[])[];
  /** All steps by their position. */
  readonly steps: readonly CompiledStep[];
  /** Every task is local: state work may be carried out in the commit that enters the state. */
  readonly local: boolean;
  readonly done: string | null;
  readonly failed: string | null;
}

export interface CompiledStep extends CompiledAction {
  /** Counted through all stages, from 0: part of the effect key. */
  readonly position: number;
  /** Index of its stage. */
  readonly stage: number;
  readonly undo: CompiledAction | null;
}

/** A task with all that is known of it before any order exists. */
export interface CompiledAction {
  readonly task: string;
  /** `topic`, `url` and `with`, as far as they are written. */
  readonly input: { readonly [name: string]: unknown };
  /** Of `order.check`; else empty. Their verdict's reason is the rule's message. */
  readonly rules: readonly Guard[];
  readonly policy: TaskPolicy;
}

/** How attempts are made. All times in milliseconds. */
export interface TaskPolicy {
  readonly attemptsMax: number;
  readonly backoffMs: number;
  readonly factor: number;
  readonly capMs: number;
  readonly attemptTimeoutMs: number;
  readonly totalTimeoutMs: number | null;
}

export interface CompiledTimer {
  /** As written: `30m`. */
  readonly after: string;
  readonly delayMs: number;
  readonly to: string;
  readonly guard: Guard | null;
}

/** Work of an event: it is never that of a final state, so that a state always follows it. */
export interface EventWork extends CompiledWork {
  readonly done: string;
}

/** What an event leads to: a state at once, or work first. */
export type Lead =
  | { readonly to: string; readonly work: null }
  | { readonly to: null; readonly work: EventWork };

/** One alternative of an event. */
export type Branch = Lead & {
  readonly event: string;
  /** Its place among the alternatives of the event, from 0. */
  readonly index: number;
  /** What the caller is told when the work is accepted. */
  readonly accepted: string;
  readonly roles: readonly string[];
  readonly reasonRequired: boolean;
  readonly guard: Guard | null;
};

/** A compiled guard. It never throws: an expression that fails at run time refuses with what failed. */
export interface Guard {
  readonly source: string;
  evaluate(facts: GuardFacts): GuardVerdict;
}

export type GuardVerdict = { readonly holds: true } | { readonly holds: false; readonly reason: string };

/** What a guard may look at. Amounts are decimal text; the guard's environment gives them their money type. */
export interface GuardFacts {
  readonly order: {
    readonly id: string;
    readonly external_id: string | null;
    readonly customer_id: string | null;
    readonly status: string;
    readonly version: number;
    readonly currency: string;
    readonly amount_total: string;
    readonly items: readonly { readonly sku: string; readonly qty: number; readonly price: string }[];
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly created_at: number;
    readonly updated_at: number;
  };
  readonly data: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly actor: { readonly id: string; readonly kind: string; readonly roles: readonly string[] };
}
