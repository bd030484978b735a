import { Type } from 'typebox';
import { PROBLEMS } from '../problem.ts';
import { bulkCreate, bulkEvent } from './commands.ts';
import {
  amount,
  closed,
  count,
  objectOrNull,
  page,
  ref,
  sha256,
  text,
  textOrNull,
  time,
  timeOrNull,
} from './parts.ts';
import {
  PLANNED_COMPONENTS,
  STOCK_COMPONENTS,
  TASK_COMPONENTS,
  WAITING_COMPONENTS,
} from './work-resources.ts';

// What clients receive. These are the components of the OpenAPI document; answers are written by render/, and tests hold
// each answer against its schema.

const trailFields = {
  id: text(),
  order_id: text(),
  version: count(1),
  type: text(),
  event: textOrNull(),
  task: textOrNull(),
  from: textOrNull(),
  to: text(),
  at: time(),
  occurred_at: timeOrNull(),
  actor: Type.Object({ id: text(), kind: text() }, { additionalProperties: false }),
  reason: textOrNull(),
  request_id: textOrNull(),
  data: objectOrNull(),
  hash: sha256(),
};

const order = closed(
  'Order',
  {
    order_id: text(),
    external_id: textOrNull(),
    workflow: text(),
    workflow_version: count(1),
    status: text(),
    version: count(1),
    settled: Type.Boolean(),
    blocked: Type.Boolean(),
    customer_id: textOrNull(),
    currency: text(),
    items: Type.Array(
      Type.Object({ sku: text(), qty: count(1), price: amount() }, { additionalProperties: false }),
    ),
    amount_total: amount(),
    metadata: Type.Object({}, { description: 'Its members may stand in the order of RFC 8785.' }),
    created_at: time(),
    updated_at: time(),
  },
  'An order as it is, or as it was.',
);

const problem = Type.Object(
  {
    type: Type.String({ format: 'uri-reference' }),
    title: text(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: text(),
    instance: text(),
    code: Type.Unsafe<string>({ type: 'string', enum: Object.keys(PROBLEMS) }),
    trace_id: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          in: Type.Unsafe<string>({ type: 'string', enum: ['body', 'query', 'path', 'header'] }),
          pointer: text(),
          detail: text(),
        }),
      ),
    ),
  },
  { $id: 'Problem', description: 'What went wrong (RFC 9457). Some problems have members of their own.' },
);

const dryRunFields = {
  allowed: Type.Boolean(),
  events: Type.Array(ref('PlannedEvent')),
  order: Type.Unsafe<unknown>({ anyOf: [{ $ref: 'Order#' }, { type: 'null' }] }),
  work: Type.Array(ref('PlannedTask')),
  stock: Type.Array(ref('PlannedMovement')),
  compensation: Type.Array(ref('PlannedUndo')),
  problem: Type.Optional(ref('Problem')),
};

const plannedEvent = closed(
  'PlannedEvent',
  {
    version: count(1),
    type: text(),
    event: textOrNull(),
    task: textOrNull(),
    from: textOrNull(),
    to: text(),
  },
  'An event that would be recorded.',
);

const finding = Type.Object(
  {
    code: text(),
    severity: Type.Unsafe<string>({ type: 'string', enum: ['error', 'warning'] }),
    place: text(),
    line: Type.Optional(count(1)),
    column: Type.Optional(count(1)),
    detail: text(),
    advice: text(),
  },
  { $id: 'Finding', description: 'One thing that is wrong, or doubtful, about a definition.' },
);

const workflow = closed(
  'Workflow',
  {
    name: text(),
    version: count(1),
    hash: sha256(),
    shared: Type.Boolean({ description: 'Whether every tenant sees it.' }),
    deployed_at: time(),
    definition: Type.Object({}),
  },
  'A deployed lifecycle.',
);

const action = closed(
  'Action',
  {
    event: text(),
    to: textOrNull(),
    allowed: Type.Boolean(),
    reasons: Type.Array(Type.Object({ code: text(), detail: text() }, { additionalProperties: false })),
  },
  'Whether an event could be sent now, and why not.',
);

const cloudEvent = Type.Object(
  {
    specversion: Type.Unsafe<string>({ type: 'string', enum: ['1.0'] }),
    id: Type.String({ minLength: 1 }),
    source: Type.String({ format: 'uri-reference', minLength: 1 }),
    type: Type.String({ minLength: 1 }),
    subject: text(),
    time: time(),
    datacontenttype: text(),
    data: Type.Object({
      ...trailFields,
      workflow: text(),
      customer_id: textOrNull(),
      external_id: textOrNull(),
    }),
  },
  { $id: 'CloudEvent', description: 'A domain event as CloudEvents 1.0.' },
);

const bulkResult = closed(
  'BulkResult',
  {
    status: Type.Integer(),
    replayed: Type.Optional(
      Type.Boolean({
        description: 'True if this is the stored outcome of an earlier, equal call; else absent.',
      }),
    ),
    order: Type.Optional(ref('Order')),
    problem: Type.Optional(ref('Problem')),
    task_id: Type.Optional(
      Type.String({ description: 'With 202: the first task of the work that has begun.' }),
    ),
  },
  'What became of one operation.',
);

const bulkPreview = closed(
  'BulkPreview',
  { status: Type.Integer(), ...dryRunFields },
  'What one operation would do.',
);

const bulkResults = closed(
  'BulkResults',
  {
    results: Type.Array(Type.Unsafe<unknown>({ anyOf: [{ $ref: 'BulkResult#' }, { $ref: 'BulkPreview#' }] })),
  },
  'One result for each operation, in their order; of a dry run, previews.',
);

/** Every component, in the order of the document. */
export const COMPONENTS = [
  order,
  page('OrderPage', 'Order', { total: Type.Optional(count(0)) }),
  closed('TrailEntry', trailFields, 'One entry of an order’s audit trail.'),
  page('TrailPage', 'TrailEntry', { total: Type.Optional(count(0)) }),
  action,
  page('ActionPage', 'Action'),
  ...WAITING_COMPONENTS,
  plannedEvent,
  ...PLANNED_COMPONENTS,
  closed('DryRun', dryRunFields, 'What a command would do.'),
  Type.Unsafe<unknown>({ $id: 'OrderOrDryRun', anyOf: [{ $ref: 'Order#' }, { $ref: 'DryRun#' }] }),
  Type.Object({ ...bulkCreate.properties }, { $id: 'BulkCreate', additionalProperties: false }),
  Type.Object({ ...bulkEvent.properties }, { $id: 'BulkEvent', additionalProperties: false }),
  bulkResult,
  bulkPreview,
  bulkResults,
  ...STOCK_COMPONENTS,
  ...TASK_COMPONENTS,
  Type.Unsafe<unknown>({
    $id: 'TaskResultOrDryRun',
    anyOf: [{ $ref: 'TaskResult#' }, { $ref: 'DryRun#' }],
  }),
  workflow,
  page('WorkflowPage', 'Workflow'),
  finding,
  closed(
    'Verification',
    { valid: Type.Boolean(), findings: Type.Array(ref('Finding')) },
    'What a check of a definition found.',
  ),
  cloudEvent,
  page('EventPage', 'CloudEvent'),
  closed(
    'Health',
    { status: text(), database: Type.Unsafe<string>({ type: 'string', enum: ['ok', 'full', 'fail'] }) },
    'How the process is.',
  ),
  closed('Probe', { status: text() }, 'That the process is.'),
  problem,
];
