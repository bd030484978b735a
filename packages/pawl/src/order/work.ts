import type { JsonObject, Order } from './order.ts';

/** An order with what is under way for it: all that a decision may look at. */
export interface LiveOrder extends Order {
  readonly work: Work;
}

/** What an order's commits have started and not yet ended. */
export interface Work {
  /** Every task row of the order: ready, running, waiting or dead. Finished ones are in the trail. */
  readonly tasks: readonly Task[];
  /** Timers of the present state. */
  readonly timers: readonly Timer[];
  /** Completed steps that can still be undone or are waiting for it, oldest first. */
  readonly effects: readonly Effect[];
  /** Work of the present state, and of events that were accepted in it. */
  readonly runs: readonly Run[];
}

/** Most orders have nothing under way: they share this. */
export const NO_WORK: Work = Object.freeze({ tasks: [], timers: [], effects: [], runs: [] });

/** Where a step stands in the order's definition. */
export interface StepPlace {
  readonly state: string;
  /** The event that started it; null for work of the state. */
  readonly event: string | null;
  /** Which alternative of the event, from 0; 0 for work of the state. */
  readonly branch: number;
  readonly position: number;
}

/** Work in progress, from its first task to its last. */
export interface Run extends Omit<StepPlace, 'position'> {
  /** The version of the entry or of the `work_accepted` that started it. */
  readonly version: number;
  /** Why it will fail once those of its tasks that run have ended; null while it may still be done. */
  readonly failure: string | null;
  /** Of an event's work: the task that its callers are told of. */
  readonly told?: string;
}

/** Work of an event that was accepted in the present state and has not ended. */
export interface EventRun extends Run {
  readonly event: string;
  readonly told: string;
}

/** Only of an event's work somebody is told. */
export function isOfEvent(run: Run): run is EventRun {
  return run.told !== undefined;
}

/** A step that was completed and has an undo. */
export interface Effect extends StepPlace {
  /** The effect key of the step. */
  readonly id: string;
  /** What the step told when it succeeded: its undo is given it. */
  readonly data: JsonObject;
  /** A compensating state was entered since: it is taken back in its turn, wherever the order is by then. */
  readonly undoing?: true;
}

export type TaskKind =
  /** A step of a run. */
  | 'step'
  /** Takes back a step. */
  | 'undo'
  /** A message in the queue of a subscriber. */
  | 'message';

/** A task row. Times are milliseconds since the epoch. */
export interface Task {
  /** The effect key, constant over retries: `<order>:<version>:<position>`, then `~<queue>` for a message, then `:undo` for an undo. */
  readonly id: string;
  readonly kind: TaskKind;
  /** What carries it out: `payment.charge`, or `queue:<name>` for a message. */
  readonly name: string;
  readonly place: StepPlace;
  /** The version that started its run. */
  readonly version: number;
  /** Its state was left while it ran: what becomes of it is recorded and, if it was done, undone. */
  readonly orphan: boolean;
  /** It has failed for good: the order is blocked until an operator retries or resolves it. */
  readonly dead: boolean;
  /** What it is given: the step's `topic`, `url` and `with`; for an undo the data of its step. */
  readonly input: JsonObject;
  readonly createdAt: number;
  /** After this no attempt begins; null without a total timeout. */
  readonly deadline: number | null;
  /** No attempt begins before. */
  readonly dueAt: number;
  /** Counted when an attempt begins. */
  readonly attempts: number;
  /** The fencing token: raised by each claim. 0 before the first. */
  readonly token: number;
  /** Until then it belongs to who holds the token; null while nobody does. */
  readonly leaseUntil: number | null;
  /** An outside service has taken it over (202): it waits for that answer until `leaseUntil`. */
  readonly parked: boolean;
  readonly claimedBy: string | null;
  /** The outcome of some attempt is not known: it may have had its effect. */
  readonly uncertain: boolean;
  /** The last of its failed attempts, oldest first. */
  readonly failures: readonly AttemptFailure[];
}

export interface AttemptFailure {
  readonly attempt: number;
  readonly at: number;
  readonly error: string;
}

/** How many failed attempts a task row keeps. */
export const FAILURES_MAX = 10;
/** Characters kept of an attempt's error. */
export const FAILURE_CHARACTERS_MAX = 500;

/** A timer row. */
export interface Timer {
  /** The version at which its state was entered. */
  readonly enteredVersion: number;
  /** Its place among the state's timers. */
  readonly index: number;
  readonly dueAt: number;
}

export type TaskStatus = 'ready' | 'running' | 'waiting' | 'dead';

/** `waiting`: for its next attempt, or for the answer of an outside service. */
export function taskStatus(task: Task, now: number): TaskStatus {
  if (task.dead) return 'dead';
  if (task.leaseUntil !== null && task.leaseUntil > now) return task.parked ? 'waiting' : 'running';
  return task.dueAt > now ? 'waiting' : 'ready';
}
