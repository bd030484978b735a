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
}

export interface CompiledState {
  readonly name: string;
  readonly final: boolean;
  readonly editable: boolean;
  readonly archivable: boolean;
  /** Client events by name; the branches of an event are tried in order. Never empty. */
  readonly on: ReadonlyMap<string, readonly Branch[]>;
}

export interface Branch {
  readonly event: string;
  readonly to: string;
  readonly roles: readonly string[];
  readonly reasonRequired: boolean;
  readonly guard: Guard | null;
}

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
