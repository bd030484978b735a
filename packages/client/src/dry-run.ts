import type { ConditionalOptions } from './options.ts';
import type { SendOptions } from './orders.ts';
import type { Transport } from './transport.ts';
import type { DryRun, NewOrder, OrderFields, OrderPatch } from './types.ts';

type TryOptions = Omit<ConditionalOptions, 'idempotencyKey'>;

/** What commands would do. They change nothing, and need neither a key nor `ifMatch`; one that is given is judged. */
export interface DryRuns {
  createOrder(order: NewOrder, options?: Omit<TryOptions, 'ifMatch'>): Promise<DryRun>;
  send(orderId: string, event: string, options?: Omit<SendOptions, 'idempotencyKey'>): Promise<DryRun>;
  putOrder(orderId: string, fields: OrderFields, options?: TryOptions): Promise<DryRun>;
  patchOrder(orderId: string, patch: OrderPatch, options?: TryOptions): Promise<DryRun>;
  review(orderId: string, reason: string, options?: TryOptions): Promise<DryRun>;
  redrive(orderId: string, reason: string, options?: TryOptions): Promise<DryRun>;
}

export function createDryRuns(transport: Transport): DryRuns {
  const attempt = async (
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: unknown,
    { ifMatch, signal }: TryOptions = {},
  ): Promise<DryRun> => {
    const headers: Record<string, string> = ifMatch === undefined ? {} : { 'if-match': String(ifMatch) };
    const query = { dry_run: true };
    return (await transport({ method, path, query, body, headers, repeat: 'always', signal })).body as DryRun;
  };

  return {
    createOrder: (order, options) => attempt('POST', '/orders', order, options),
    send(orderId, event, options = {}) {
      const { reason, data, occurredAt } = options;
      return attempt('POST', pathOf(orderId, event), { reason, data, occurred_at: occurredAt }, options);
    },
    putOrder: (orderId, fields, options) => attempt('PUT', pathOf(orderId), fields, options),
    patchOrder: (orderId, patch, options) => attempt('PATCH', pathOf(orderId), patch, options),
    review: (orderId, reason, options) => attempt('POST', pathOf(orderId, 'review'), { reason }, options),
    redrive: (orderId, reason, options) => attempt('POST', pathOf(orderId, 'redrive'), { reason }, options),
  };
}

function pathOf(orderId: string, part?: string): string {
  const order = `/orders/${encodeURIComponent(orderId)}`;
  return part === undefined ? order : `${order}/${encodeURIComponent(part)}`;
}
