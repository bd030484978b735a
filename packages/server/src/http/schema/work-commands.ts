import { ON_HAND_MAX, WORKER_LEASE_MS_MAX } from 'pawl';
import { type Static, Type } from 'typebox';
import {
  CLAIM_MAX,
  CLAIM_NAMES_MAX,
  LEASE_DEFAULT_S,
  NAME_MAX_CHARS,
  REASON_MAX_CHARS,
  RETRY_AFTER_MAX_S,
  TOKEN_MAX,
} from '../limits.ts';
import { cursorSchema, objectSchema, reasonSchema, taskNameSchema } from './fields.ts';

// What clients send about stock, tasks and dead letters.

const CLOSED = { additionalProperties: false };

/** Of a number of pieces the form is that it is exact. Whether the house holds as many is for the engine: too many are 422. */
const PIECES_MAX = Number.MAX_SAFE_INTEGER;

export const stockBody = Type.Object(
  {
    on_hand: Type.Integer({
      minimum: 0,
      maximum: PIECES_MAX,
      description: `Pieces in the house, up to ${ON_HAND_MAX.toLocaleString('en')}.`,
    }),
  },
  { ...CLOSED, examples: [{ on_hand: 250 }] },
);

const NOT_ZERO = 'must not be zero';

export const adjustBody = Type.Object(
  {
    delta: Type.Refine(
      Type.Integer({ minimum: -PIECES_MAX, maximum: PIECES_MAX, description: 'Pieces more; not zero.' }),
      (delta) => delta !== 0,
      () => NOT_ZERO,
    ),
    reason: reasonSchema,
  },
  { ...CLOSED, examples: [{ delta: -3, reason: 'Broken in the warehouse.' }] },
);

const token = Type.Integer({ minimum: 1, maximum: TOKEN_MAX, description: 'Of the claim.' });
const lease = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: WORKER_LEASE_MS_MAX / 1_000,
    default: LEASE_DEFAULT_S,
    description: 'Seconds from now for which the task is yours.',
  }),
);

export const claimBody = Type.Object(
  {
    tasks: Type.Array(taskNameSchema, { minItems: 1, maxItems: CLAIM_NAMES_MAX, uniqueItems: true }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: CLAIM_MAX, default: 1 })),
    lease_s: lease,
  },
  { ...CLOSED, examples: [{ tasks: ['queue:warehouse'], limit: 10, lease_s: 60 }] },
);

export const heartbeatBody = Type.Object(
  { token, lease_s: lease },
  { ...CLOSED, examples: [{ token: 1, lease_s: 60 }] },
);

export const completeBody = Type.Object(
  {
    token,
    data: Type.Optional(objectSchema('What it told: kept in the trail, and handed to its undo.')),
  },
  { ...CLOSED, examples: [{ token: 1, data: { label: 'L-7' } }] },
);

const ONLY_WITH_RETRY = 'goes with `retry` only';

export const failBody = Type.Refine(
  Type.Object(
    {
      token,
      reason: reasonSchema,
      retry: Type.Optional(
        Type.Boolean({
          default: false,
          description:
            'Whether another attempt may succeed. The last that the workflow allows ends the task all the same.',
        }),
      ),
      retry_after_s: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: RETRY_AFTER_MAX_S,
          description: 'With `retry`: no attempt before. Default: as the workflow says.',
        }),
      ),
    },
    { ...CLOSED, examples: [{ token: 1, reason: 'The printer is out of paper.', retry: true }] },
  ),
  ({ retry, retry_after_s }) => retry === true || retry_after_s === undefined,
  () => `retry_after_s ${ONLY_WITH_RETRY}`,
);
export type FailBody = Static<typeof failBody>;

export const retryBody = Type.Object({}, { ...CLOSED, examples: [{}] });

export const resolveBody = Type.Object(
  {
    outcome: Type.Unsafe<'done' | 'failed'>({ type: 'string', enum: ['done', 'failed'] }),
    data: Type.Optional(objectSchema('What the task would have told.')),
    reason: reasonSchema,
  },
  { ...CLOSED, examples: [{ outcome: 'done', reason: 'The bank has confirmed it by phone.' }] },
);

const filterText = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: NAME_MAX_CHARS, description }));

export const redriveBody = Type.Object(
  {
    filter: Type.Object(
      {
        workflow: filterText('Only orders of this workflow.'),
        status: filterText('Only orders in this state.'),
      },
      { ...CLOSED, description: 'Empty for all that await review.' },
    ),
    reason: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: REASON_MAX_CHARS,
        description: 'Why, for the trail of each order.',
      }),
    ),
    cursor: Type.Optional(
      cursorSchema('The `next_cursor` of the call before, with the same filter. Default: from the oldest.'),
    ),
  },
  { ...CLOSED, examples: [{ filter: { workflow: 'preorder' }, reason: 'The bank is back.' }] },
);
