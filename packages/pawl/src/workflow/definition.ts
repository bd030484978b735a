/** The status that an illegal transition answers with over HTTP. */
export type IllegalTransitionStatus = 400 | 409 | 422;

/**
 * A lifecycle as data. It is plain JSON: it can be written in TypeScript (see {@link defineWorkflow}), JSON or YAML,
 * stored, compared by content and sent over HTTP.
 */
export interface WorkflowDefinition {
  /** `^[a-z][a-z0-9_-]{0,63}$`. */
  readonly name: string;
  /** The state that a new order is in. */
  readonly initial: string;
  /** The type under which an order's first event leaves the system. Default `OrderCreated`. */
  readonly announces?: string;
  /** Default 422. */
  readonly illegalTransitionStatus?: IllegalTransitionStatus;
  /** Whether edits must name the version that they are based on. Default `required`. */
  readonly preconditions?: 'required' | 'optional';
  readonly states: Readonly<Record<string, StateDefinition>>;
}

export interface StateDefinition {
  /** No transition leaves a final state. Default false. */
  readonly final?: boolean;
  /** Whether customer, currency, items and metadata may still be replaced. Default false. */
  readonly editable?: boolean;
  /** History may be detached although the state is not final. Default false. */
  readonly archivable?: boolean;
  /** Client events by name: a target state, a transition, or alternatives of which the first whose guard holds is taken. */
  readonly on?: Readonly<Record<string, string | TransitionDefinition | readonly TransitionDefinition[]>>;
}

export interface TransitionDefinition {
  readonly to: string;
  /** A guard: a CEL expression over `order`, `data`, `now` and `actor`, alone or with the reason a refusal gives. */
  readonly when?: string | GuardDefinition;
  /** The caller needs at least one of them. Absent or empty: none is needed. `admin` passes always. */
  readonly roles?: readonly string[];
  readonly reason?: 'required';
}

export interface GuardDefinition {
  readonly cel: string;
  /** What the caller is told when the guard does not hold. Default: the expression itself. */
  readonly reason?: string;
}

/** Types a definition written in TypeScript; returns it unchanged. */
export function defineWorkflow<const T extends WorkflowDefinition>(definition: T): T {
  return definition;
}
