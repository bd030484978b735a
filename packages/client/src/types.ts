import type { components, operations } from './openapi.gen.ts';

// Names for what the document of the server describes, and for what the client adds to it.

export type Schemas = components['schemas'];

/** Any JSON object. */
export type JsonObject = { readonly [member: string]: unknown };

/** An order, as it is or as it was. */
export type Order = Schemas['Order'];
/** One entry of an order's audit trail. */
export type TrailEntry = Schemas['TrailEntry'];
/** Whether an event could be sent now, and why not. */
export type Action = Schemas['Action'];
/** A deployed lifecycle. */
export type Workflow = Schemas['Workflow'];
/** One thing that is wrong, or doubtful, about a definition. */
export type Finding = Schemas['Finding'];
/** A domain event as CloudEvents 1.0. */
export type DomainEvent = Schemas['CloudEvent'];
/** How the server and its database are. */
export type Health = Schemas['Health'];

/** What an order is made of. `items` have a price of one piece, as a decimal string. */
export type NewOrder = BodyOf<'create_order'>;
/** All four editable fields. */
export type OrderFields = BodyOf<'replace_order'>;
/** Either `status`, with or without `reason`, or fields to change. */
export type OrderPatch = BodyOf<'update_order'>;

/** One operation of a bulk call. */
export type BulkOperation = Schemas['BulkCreate'] | Schemas['BulkEvent'];

/** A page of a list. */
export interface Page<T> {
  readonly data: readonly T[];
  /** Null on the last page. */
  readonly next_cursor: string | null;
  /** Only where it was asked for. */
  readonly total?: number;
}

/** Filters of the list of orders, and where in it. */
export type OrderQuery = QueryOf<'list_orders'>;
/** Order and place in a trail. */
export type TrailQuery = QueryOf<'list_order_events'>;

type BodyOf<Id extends keyof operations> =
  NonNullable<operations[Id]['requestBody']> extends {
    readonly content: { readonly 'application/json': infer Body };
  }
    ? Body
    : never;

type QueryOf<Id extends keyof operations> = NonNullable<operations[Id]['parameters']['query']>;
