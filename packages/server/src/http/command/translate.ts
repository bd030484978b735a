import type { CreateCommand, EditCommand } from 'pawl';
import type { CreateBody, PatchBody } from '../schema/commands.ts';

/** What an order costs in unless it says otherwise. */
const DEFAULT_CURRENCY = 'USD';

/** The command of a `POST /orders`. */
export function createCommand(body: CreateBody): CreateCommand {
  return {
    kind: 'create',
    externalId: body.external_id ?? null,
    customerId: body.customer_id ?? null,
    currency: body.currency ?? DEFAULT_CURRENCY,
    items: body.items,
    metadata: body.metadata ?? {},
  };
}

/** The fields that a `PATCH` changes; metadata is merged. */
export function editCommand({ customer_id, currency, items, metadata }: PatchBody): EditCommand {
  return { kind: 'edit', customerId: customer_id, currency, items, metadataPatch: metadata };
}
