import type { JsonObject } from './order.ts';

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

export type Command = CreateCommand | EventCommand | EditCommand | SetStatusCommand;

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
