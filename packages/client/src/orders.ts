import { sendCommand } from './command.ts';
import type { CallOptions, CommandOptions, ConditionalOptions } from './options.ts';
import { behind, eachEntry, pageOf } from './pages.ts';
import { putOrder } from './put-order.ts';
import { type BulkResult, type OrderResult, orderResult, type SendResult, sendResult } from './results.ts';
import type { Transport } from './transport.ts';
import type {
  Action,
  BulkOperation,
  JsonObject,
  NewOrder,
  Order,
  OrderFields,
  OrderPatch,
  OrderQuery,
  Page,
  TrailEntry,
  TrailQuery,
  Waiting,
} from './types.ts';

/** Which moment of an order to read: as it is unless one is given. */
export type MomentOptions = CallOptions &
  (
    | { readonly version?: never; readonly at?: never }
    | { readonly version: number; readonly at?: never }
    | { readonly at: string | Date; readonly version?: never }
  );

/** What may go with an event. */
export interface SendOptions extends ConditionalOptions {
  readonly reason?: string | undefined;
  /** Facts about the step, kept in the trail and seen by guards. */
  readonly data?: JsonObject | undefined;
  /** When it happened, for imports: RFC 3339, not after now. Needs the role `importer`. */
  readonly occurredAt?: string | undefined;
}

/** Everything about orders. All methods reject with `PawlError` or `PawlUnreachableError`. */
export interface Orders {
  createOrder(order: NewOrder, options?: CommandOptions): Promise<OrderResult>;
  getOrder(orderId: string, options?: MomentOptions): Promise<OrderResult>;
  /** One page, newest first unless asked otherwise. */
  listOrders(query?: OrderQuery, options?: CallOptions): Promise<Page<Order>>;
  /** All orders that match, page by page while they are consumed. `limit` is the size of a page. */
  iterateOrders(query?: OrderQuery, options?: CallOptions): AsyncIterable<Order>;
  /**
   * Sends an event of the order's workflow, for example `pay`. The result has the `order` after it; or, where the event has
   * started work in the background, `accepted` with its task.
   */
  send(orderId: string, event: string, options?: SendOptions): Promise<SendResult>;
  /**
   * Replaces all four fields. Repeated only under `ifMatch`: without it, a repetition could overwrite what somebody else
   * wrote in between. If the first answer is lost and the repetition refused, the trail tells whose write it was.
   */
  putOrder(
    orderId: string,
    fields: OrderFields,
    options?: Omit<ConditionalOptions, 'idempotencyKey'>,
  ): Promise<OrderResult>;
  /** Moves the order to a status, or changes some of its fields. */
  patchOrder(orderId: string, patch: OrderPatch, options?: ConditionalOptions): Promise<OrderResult>;
  /** Every event of the order's workflow: whether the caller could send it now, and why not. */
  actions(orderId: string, options?: CallOptions): Promise<readonly Action[]>;
  /** Why the order is where it is: what must happen before it goes on. */
  waiting(orderId: string, options?: CallOptions): Promise<Waiting>;
  /** Says that a person has looked at a failed order: it is no dead letter any more. */
  review(orderId: string, reason: string, options?: ConditionalOptions): Promise<OrderResult>;
  /** Starts a failed order anew. */
  redrive(orderId: string, reason: string, options?: ConditionalOptions): Promise<OrderResult>;
  /** One page of the audit trail, oldest first unless asked otherwise. */
  trail(orderId: string, query?: TrailQuery, options?: CallOptions): Promise<Page<TrailEntry>>;
  iterateTrail(orderId: string, query?: TrailQuery, options?: CallOptions): AsyncIterable<TrailEntry>;
  /** Up to 1,000 operations; one result for each, in their order. The key covers operation by operation. */
  bulk(operations: readonly BulkOperation[], options?: CommandOptions): Promise<readonly BulkResult[]>;
}

export function createOrders(transport: Transport): Orders {
  const command = (method: 'POST' | 'PATCH', path: string, body: unknown, options?: ConditionalOptions) =>
    sendCommand(transport, method, path, body, options);

  const listOrders: Orders['listOrders'] = (query, options) =>
    pageOf<Order>(transport, { path: '/orders', query, signal: options?.signal });
  const trail: Orders['trail'] = (orderId, query, options) =>
    pageOf<TrailEntry>(transport, { path: pathOf(orderId, 'events'), query, signal: options?.signal });

  return {
    createOrder: async (order, options) => orderResult(await command('POST', '/orders', order, options)),
    async getOrder(orderId, { version, at, signal } = {}) {
      const query = { version, at: at instanceof Date ? at.toISOString() : at };
      return orderResult(
        await transport({ method: 'GET', path: pathOf(orderId), query, repeat: 'always', signal }),
      );
    },
    listOrders,
    iterateOrders: (query = {}, options) => eachEntry((cursor) => listOrders(behind(query, cursor), options)),
    async send(orderId, event, options = {}) {
      const { reason, data, occurredAt } = options;
      return sendResult(
        await command('POST', pathOf(orderId, event), { reason, data, occurred_at: occurredAt }, options),
      );
    },
    putOrder: (orderId, fields, options) => putOrder(transport, pathOf(orderId), fields, options),
    patchOrder: async (orderId, patch, options) =>
      orderResult(await command('PATCH', pathOf(orderId), patch, options)),
    async actions(orderId, { signal } = {}) {
      return (await pageOf<Action>(transport, { path: pathOf(orderId, 'actions'), signal })).data;
    },
    async waiting(orderId, { signal } = {}) {
      const path = pathOf(orderId, 'waiting');
      return (await transport({ method: 'GET', path, repeat: 'always', signal })).body as Waiting;
    },
    review: async (orderId, reason, options) =>
      orderResult(await command('POST', pathOf(orderId, 'review'), { reason }, options)),
    redrive: async (orderId, reason, options) =>
      orderResult(await command('POST', pathOf(orderId, 'redrive'), { reason }, options)),
    trail,
    iterateTrail: (orderId, query = {}, options) =>
      eachEntry((cursor) => trail(orderId, behind(query, cursor), options)),
    async bulk(operations, options) {
      const { body } = await command('POST', '/orders/bulk', { operations }, options);
      return (body as { results: readonly BulkResult[] }).results;
    },
  };
}

function pathOf(orderId: string, part?: string): string {
  const order = `/orders/${encodeURIComponent(orderId)}`;
  return part === undefined ? order : `${order}/${encodeURIComponent(part)}`;
}
