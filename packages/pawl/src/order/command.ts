import type { JsonObject } from './order.ts';
import type { AttemptFailure } from './work.ts';

/** A line as a client writes it: the price may be a decimal string or a JSON number. */
export interface ItemInput {
  readonly sku: string;
  readonly qty: number;
  readonly price: string | number;
}

export interface CreateCommand {
  readonly kind: 'create';
  readonly externalId: string | null;
  readonly customerId: string | null;
  readonly currency: string;
  readonly items: readonly ItemInput[];
  readonly metadata: JsonObject;
}

/** A client event: `pay`, `ship`, … */
export interface EventCommand {
  readonly kind: 'event';
  readonly event: string;
  readonly reason?: string | undefined;
  readonly data?: JsonObject | undefined;
}

/** Replaces the fields that are present. */
export interface EditCommand {
  readonly kind: 'edit';
  readonly customerId?: string | null | undefined;
  readonly currency?: string | undefined;
  readonly items?: readonly ItemInput[] | undefined;
  readonly metadata?: JsonObject | undefined;
  /** Merged into the metadata as RFC 7396 says, instead of replacing it. */
  readonly metadataPatch?: JsonObject | undefined;
}

/** Asks for a state instead of an event: resolved to the one client event that leads there. */
export interface SetStatusCommand {
  readonly kind: 'set-status';
  readonly status: string;
  readonly reason?: string | undefined;
}

/** How an attempt has ended, as far as the order is concerned. */
export type TaskOutcome =
  | { readonly kind: 'done'; readonly data: JsonObject }
  /**
   * Declared by who carried it out: it will not succeed. `attemptOnly`: that is no word on the attempts before, of which one with
   * an unknown outcome may have had its effect.
   */
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly data?: JsonObject | undefined;
      readonly attemptOnly?: boolean | undefined;
    }
  /** The last attempt that the policy allows has failed, or the time for all of them is over. */
  | { readonly kind: 'exhausted'; readonly reason: string; readonly uncertain: boolean };

/** A task ends: told by who holds the token. */
export interface EndTaskCommand {
  readonly kind: 'end-task';
  readonly taskId: string;
  readonly token: number;
  readonly outcome: TaskOutcome;
  /** False where the claim has found the task's attempts used up, so that the one it counted was never made. Default true. */
  readonly begun?: boolean | undefined;
  /** Failed attempts up to now, where the teller knows more than the row. */
  readonly failures?: readonly AttemptFailure[] | undefined;
}

/** Nobody holds the task any more, and nobody shall: an orphan whose lease is over, or a task past its deadline. */
export interface LapseTaskCommand {
  readonly kind: 'lapse-task';
  readonly taskId: string;
}

export interface TimerCommand {
  readonly kind: 'timer';
  readonly enteredVersion: number;
  readonly index: number;
}

/** An operator has a dead task tried again. */
export interface RetryTaskCommand {
  readonly kind: 'retry-task';
  readonly taskId: string;
}

/** An operator says how a task has ended, with evidence. */
export interface ResolveTaskCommand {
  readonly kind: 'resolve-task';
  readonly taskId: string;
  readonly outcome: 'done' | 'failed';
  readonly data?: JsonObject | undefined;
  readonly reason: string;
}

export interface ReviewCommand {
  readonly kind: 'review';
  readonly reason: string;
}

export interface RedriveCommand {
  readonly kind: 'redrive';
  readonly reason: string;
}

/** What ends, retries or resolves one task. */
export type TaskCommand = EndTaskCommand | LapseTaskCommand | RetryTaskCommand | ResolveTaskCommand;

export type Command =
  | CreateCommand
  | EventCommand
  | EditCommand
  | SetStatusCommand
  | TaskCommand
  | TimerCommand
  | ReviewCommand
  | RedriveCommand;

/** What the client believes the order's version to be. */
export type Precondition =
  | { readonly kind: 'version'; readonly version: number }
  /** An entity-tag condition of RFC 9110: strong tags' contents, or `any` for `*`. */
  | { readonly kind: 'entity-tags'; readonly tags: readonly string[]; readonly any: boolean };

/** Who asks. */
export interface Actor {
  readonly tenant: number;
  /** The actor's internal number in its tenant. */
  readonly number: number;
  /** The name in the trail. */
  readonly name: string;
  readonly kind: ActorKind;
  readonly roles: readonly string[];
}

/** The number of the system in every tenant's trail: it has no row of its own. */
export const SYSTEM_ACTOR_NUMBER = 0;

/** Who acts where nobody asked: work and timers. They pass no role check. */
export function systemActor(tenant: number): Actor {
  return { tenant, number: SYSTEM_ACTOR_NUMBER, name: 'system', kind: 'system', roles: [] };
}

export type ActorKind = 'api_key' | 'local' | 'program' | 'system';

/** All that comes with a command and is not the command itself. */
export interface CommandContext {
  readonly actor: Actor;
  readonly commandId: string;
  readonly requestId: string | null;
  /** Milliseconds since the epoch, given by imports. */
  readonly occurredAt: number | null;
  readonly precondition: Precondition | null;
  /** Whether the call needs a precondition unless the workflow says it is optional. */
  readonly preconditionRequired: boolean;
}
