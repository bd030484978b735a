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
  /** The tasks that steps name and that are not built in. */
  readonly tasks?: Readonly<Record<string, TaskDeclaration>>;
  readonly states: Readonly<Record<string, StateDefinition>>;
}

/** What verification must know of a task that a program or an outside worker carries out. */
export interface TaskDeclaration {
  /** The task that takes it back: default of every step that runs it. It is declared too, unless it is built in. */
  readonly undo?: string;
  /** What a finished step holds until it is undone: `stock`, `money` or any other word. */
  readonly holds?: string;
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
  /** Work that starts when the state is entered. In a final state it names no next state. */
  readonly run?: WorkDefinition;
  /** The state after the work; needed where `run` is, except in a final state. */
  readonly done?: string;
  /** The state after the work has failed. Absent: a failed task is dead and blocks the order. */
  readonly failed?: string;
  /** Timers by their delay after entering the state (`30m`): a target, or a guarded one. */
  readonly after?: Readonly<Record<Duration, string | TimerDefinition>>;
  /** Entering undoes every completed step of the order's current run, last first. Default false. */
  readonly compensate?: boolean;
  /** People look at a settled order here until it is reviewed. Only in a final state. */
  readonly review?: ReviewDefinition;
}

/** A number and a unit: `250ms`, `1s`, `30m`, `12h`, `7d`; at most 365 days. */
export type Duration = string;

/** One task; a list, one after the other; or tasks at the same time. An element of a list may be tasks at the same time. */
export type WorkDefinition = StageDefinition | readonly StageDefinition[];

export type StageDefinition = StepDefinition | { readonly all: readonly StepDefinition[] };

/** A task with what it is given. */
export interface StepDefinition extends ActionDefinition {
  /** The task that takes a completed step back, alone or with what it is given. */
  readonly undo?: string | ActionDefinition;
}

/** What a step runs, or an undo. */
export interface ActionDefinition {
  /** A built-in task, or one of the definition's `tasks`. */
  readonly task: string;
  readonly retry?: RetryDefinition;
  /** How long one attempt may take; or that and how long all of them may. Default 30 s for one, no limit for all. */
  readonly timeout?: Duration | TimeoutDefinition;
  /** `order.check`: all must hold. */
  readonly rules?: readonly RuleDefinition[];
  /** `notify`: where the message goes. */
  readonly topic?: string;
  /** `http`: where the call goes. */
  readonly url?: string;
  /** `http` and declared tasks: handed to the task as it is. */
  readonly with?: { readonly [name: string]: unknown };
}

/** After a failed attempt the next one waits a random time below `backoff · factor^(attempts − 1)`, which `cap` bounds. */
export interface RetryDefinition {
  /** How many attempts in all, 1–100. Default 5; for an undo 10. */
  readonly attempts?: number;
  /** Default 1 s. */
  readonly backoff?: Duration;
  /** 1–10. Default 2. */
  readonly factor?: number;
  /** Default 1 min. */
  readonly cap?: Duration;
}

export interface TimeoutDefinition {
  readonly attempt?: Duration;
  /** From the start of the step to the end of its last attempt. */
  readonly total?: Duration;
}

/** A rule that an order must keep. */
export interface RuleDefinition {
  /** CEL over `order` and `now`. */
  readonly cel: string;
  /** What is said of an order that breaks it. */
  readonly message: string;
}

export interface TimerDefinition {
  readonly to: string;
  /** Judged once, when the timer is due: CEL over `order` and `now`. */
  readonly when?: string | GuardDefinition;
}

export interface ReviewDefinition {
  /** Where a redrive starts a new run of the order. Absent: it cannot be redriven. */
  readonly redrive?: string;
}

/** Leads to a state at once (`to`), or starts work after which the order moves (`run`): exactly one of both. */
export interface TransitionDefinition {
  readonly to?: string;
  /** Work that starts when the event is accepted; the order stays until it ends. */
  readonly run?: WorkDefinition;
  /** What the caller is told when the work was accepted. Default `accepted`. */
  readonly accepted?: string;
  /** The state after the work; needed where `run` is. */
  readonly done?: string;
  /** The state after the work has failed. Absent: a failed task is dead and blocks the order. */
  readonly failed?: string;
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
