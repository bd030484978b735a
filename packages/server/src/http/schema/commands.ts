import { type Static, Type } from 'typebox';
import { OPERATIONS_MAX } from '../limits.ts';
import {
  currencySchema,
  itemsSchema,
  nameOrNullSchema,
  objectSchema,
  orderIdSchema,
  reasonSchema,
  timeSchema,
} from './fields.ts';

// What clients send. Every object is closed: an unknown member is refused and named.

const CLOSED = { additionalProperties: false };

const createFields = {
  workflow: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'Default: the server’s `DEFAULT_WORKFLOW`.' }),
  ),
  external_id: Type.Optional(nameOrNullSchema('Your own reference, unique in your tenant.')),
  customer_id: Type.Optional(nameOrNullSchema('Who ordered.')),
  currency: Type.Optional(currencySchema),
  items: itemsSchema,
  metadata: Type.Optional(objectSchema('Whatever you want to keep with the order.')),
  occurred_at: Type.Optional(timeSchema('When it happened; for the role `importer`.')),
};

const eventFields = {
  reason: Type.Optional(reasonSchema),
  data: Type.Optional(objectSchema('Facts about the step, kept in the trail and seen by guards.')),
  occurred_at: Type.Optional(timeSchema('When it happened; for the role `importer`.')),
};

const ITEM = { sku: 'A-1', qty: 2, price: '9.99' };

export const createBody = Type.Object(createFields, {
  ...CLOSED,
  examples: [{ items: [ITEM], currency: 'EUR', external_id: 'basket-17' }],
});
export type CreateBody = Static<typeof createBody>;

export const eventBody = Type.Object(eventFields, {
  ...CLOSED,
  examples: [{ reason: 'The customer called.' }],
});
export type EventBody = Static<typeof eventBody>;

export const replaceBody = Type.Object(
  {
    customer_id: nameOrNullSchema('Who ordered.'),
    currency: currencySchema,
    items: itemsSchema,
    metadata: objectSchema('Replaces all of it.'),
  },
  { ...CLOSED, examples: [{ customer_id: null, currency: 'EUR', items: [ITEM], metadata: {} }] },
);

const EITHER = 'must be either `status` (with or without `reason`) or fields to change, not both';

/** One object instead of a union, so that what is wrong can be named by its place. */
export const patchBody = Type.Refine(
  Type.Object(
    {
      status: Type.Optional(
        Type.String({ minLength: 1, maxLength: 64, description: 'The state to move to.' }),
      ),
      reason: Type.Optional(reasonSchema),
      customer_id: Type.Optional(nameOrNullSchema('Null clears it.')),
      currency: Type.Optional(currencySchema),
      items: Type.Optional(itemsSchema),
      metadata: Type.Optional(objectSchema('Merged as RFC 7396 says: a null member is deleted.')),
    },
    {
      ...CLOSED,
      description: 'Either `status`, with or without `reason`, or fields to change.',
      examples: [{ status: 'PAID' }],
    },
  ),
  ({ status, reason, ...fields }) =>
    status === undefined ? reason === undefined : Object.keys(fields).length === 0,
  () => EITHER,
);
export type PatchBody = Static<typeof patchBody>;

export const bulkCreate = Type.Object({ op: Type.Literal('create'), ...createFields }, CLOSED);

export const bulkEvent = Type.Object(
  {
    op: Type.Literal('event'),
    order_id: orderIdSchema,
    event: Type.String({ minLength: 1, maxLength: 64 }),
    if_match: Type.Optional(
      Type.Integer({ minimum: 0, description: 'The version that the order must have.' }),
    ),
    ...eventFields,
  },
  CLOSED,
);

/** Only the envelope: an operation of a wrong form is its own 400, and the others are carried out. */
export const bulkBody = Type.Object(
  {
    operations: Type.Array(
      Type.Unsafe<unknown>({ description: 'An operation: a BulkCreate or a BulkEvent.' }),
      { minItems: 1, maxItems: OPERATIONS_MAX },
    ),
  },
  {
    ...CLOSED,
    examples: [
      {
        operations: [
          { op: 'create', items: [ITEM] },
          { op: 'event', order_id: 'ord_01jd3m8k2yfw8sx2q0tr5v9c1n', event: 'pay', if_match: 1 },
        ],
      },
    ],
  },
);

/** Each route has its own, because the generator of the document takes examples out of the schemas that it has seen. */
export const reasonBody = () =>
  Type.Object({ reason: reasonSchema }, { ...CLOSED, examples: [{ reason: 'Called the customer.' }] });
