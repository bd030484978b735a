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

/** Why an order is where it is. */
export type Waiting = Schemas['Waiting'];
/** One thing that an order waits for, told apart by `kind`. */
export type WaitReason = Waiting['waits_for'][number];
/** Work that an event has started in the background. */
export type AcceptedWork = Schemas['Accepted'];
/** What a command would do. */
export type DryRun = Schemas['DryRun'];
/** What there is of a SKU. */
export type StockBalance = Schemas['Stock'];
/** A line of a SKU's ledger. */
export type StockMovement = Schemas['StockMovement'];
/** A task that is under way, dead or ended. */
export type Task = Schemas['Task'];
/** A task as who has claimed it gets it. */
export type ClaimedTask = Schemas['ClaimedTask'];
/** What has become of a task. */
export type TaskResult = Schemas['TaskResult'];
/** Until when a task belongs to who holds it. */
export type Lease = Schemas['Lease'];
/** An order that people have to look at, and why. */
export type DeadLetter = Schemas['DeadLetter'];
/** What has become of a redrive of many. */
export type Redriven = Schemas['Redriven'];

/** Which dead letters to redrive, and why. */
export type RedriveRequest = BodyOf<'redrive_dead_letters'>;

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

/** Where in a list without filters. */
export type PageQuery = QueryOf<'list_stock'>;
/** Filters of the list of tasks, and where in it. */
export type TaskQuery = QueryOf<'list_tasks'>;
/** Filters of the dead letters, and where in them. */
export type DeadLetterQuery = QueryOf<'list_dead_letters'>;

type BodyOf<Id extends keyof operations> =
  NonNullable<operations[Id]['requestBody']> extends {
    readonly content: { readonly 'application/json': infer Body };
  }
    ? Body
    : never;

type QueryOf<Id extends keyof operations> = NonNullable<operations[Id]['parameters']['query']>;
