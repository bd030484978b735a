import type { TaskStatus } from 'pawl';
import { Type } from 'typebox';
import { NAME_MAX_CHARS, OFFSET_MAX, PAGE_DEFAULT, PAGE_MAX } from '../limits.ts';
import { cursorSchema, orderIdSchema, skuSchema, timeSchema } from './fields.ts';

// Query strings and paths. A parameter that is not listed here is refused: a misspelt filter would otherwise list all.

const CLOSED = { additionalProperties: false };

const pageFields = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT, description: 'Entries of a page.' }),
  ),
  cursor: Type.Optional(cursorSchema('The `next_cursor` of the page before.')),
  offset: Type.Optional(
    Type.Integer({ minimum: 0, maximum: OFFSET_MAX, description: 'Entries to skip; not with `cursor`.' }),
  ),
};

const orderField = (byDefault: string) =>
  Type.Optional(Type.Unsafe<'asc' | 'desc'>({ type: 'string', enum: ['asc', 'desc'], default: byDefault }));

const countField = Type.Optional(
  Type.Boolean({
    default: false,
    description: 'Whether to count all entries (`total`), which reads them all.',
  }),
);

const filterField = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: NAME_MAX_CHARS, description }));

export const pageQuery = Type.Object(pageFields, CLOSED);

export const orderListQuery = Type.Object(
  {
    ...pageFields,
    order: orderField('desc'),
    count: countField,
    workflow: filterField('Only orders of this workflow.'),
    status: filterField('Only orders in this state.'),
    customer_id: filterField('Only orders of this customer.'),
    external_id: filterField('Only the order with this reference of yours.'),
    created_after: Type.Optional(timeSchema('Only orders created after this time.')),
    created_before: Type.Optional(timeSchema('Only orders created before this time.')),
  },
  CLOSED,
);

export const trailQuery = Type.Object({ ...pageFields, order: orderField('asc'), count: countField }, CLOSED);

export const taskListQuery = Type.Object(
  {
    ...pageFields,
    status: Type.Optional(
      Type.Unsafe<TaskStatus>({
        type: 'string',
        enum: ['ready', 'running', 'waiting', 'dead'],
        description: 'Only tasks in this status.',
      }),
    ),
    order_id: Type.Optional(orderIdSchema),
    task: filterField('Only tasks of this name.'),
  },
  CLOSED,
);

export const deadLetterQuery = Type.Object(
  {
    ...pageFields,
    workflow: filterField('Only orders of this workflow.'),
    status: filterField('Only orders in this state.'),
  },
  CLOSED,
);

export const momentQuery = Type.Object(
  {
    version: Type.Optional(Type.Integer({ minimum: 1, description: 'The order as it was at this version.' })),
    at: Type.Optional(timeSchema('The order as it was at this time.')),
  },
  CLOSED,
);

export const feedQuery = Type.Object(
  {
    after: Type.Optional(cursorSchema('The `next_cursor` of the page before.')),
    limit: pageFields.limit,
  },
  CLOSED,
);

export const dryRunQuery = Type.Object(
  {
    dry_run: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Say what would happen, and change nothing. Keys are not used.',
      }),
    ),
  },
  CLOSED,
);

/** Of calls without parameters. Of a command that cannot be tried, a `dry_run` that was passed over would change what it was only to look at. */
export const noQuery = Type.Object({}, CLOSED);

export const workflowQuery = Type.Object(
  { version: Type.Optional(Type.Integer({ minimum: 1, description: 'Default: the newest.' })) },
  CLOSED,
);

export const diagramQuery = Type.Object(
  {
    version: Type.Optional(Type.Integer({ minimum: 1, description: 'Default: the newest.' })),
    format: Type.Optional(
      Type.Unsafe<'mermaid' | 'svg'>({ type: 'string', enum: ['mermaid', 'svg'], default: 'mermaid' }),
    ),
  },
  CLOSED,
);

export const orderParams = Type.Object({ order_id: orderIdSchema });

export const orderEventParams = Type.Object({
  order_id: orderIdSchema,
  event: Type.String({ description: 'An event of the order’s workflow, for example `pay`.' }),
});

export const stockParams = Type.Object({ sku: skuSchema });

/** Whether it is a task's id is for the engine to say: what is none names no task. */
export const taskParams = Type.Object({
  task_id: Type.String({ description: 'For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n:2:0`.' }),
});

export const workflowParams = Type.Object({ name: Type.String({ description: 'For example `retail`.' }) });

export const problemParams = Type.Object({
  code: Type.String({ description: 'For example `version-conflict`.' }),
});
