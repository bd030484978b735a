import { BUILT_IN_TASKS } from './built-in-tasks.ts';
import {
  ANNOUNCED_TYPE,
  EVENT_NAME,
  HOLD_NAME,
  RESERVED_ANNOUNCEMENTS,
  RESERVED_EVENTS,
  ROLE_NAME,
  STATE_NAME,
  TASK_NAME,
  TOPIC_NAME,
  URL_FORM,
  WORKFLOW_NAME,
} from './names.ts';
import {
  ACCEPTED_MAX,
  ALTERNATIVES_MAX,
  ATTEMPTS_MAX,
  EVENTS_MAX,
  EXPRESSION_MAX,
  FACTOR_MAX,
  REASON_MAX,
  ROLES_MAX,
  RULES_MAX,
  STATES_MAX,
  STEPS_MAX,
  TASKS_MAX,
  TIMERS_MAX,
  URL_MAX,
} from './shape/limits.ts';
import { DURATION } from './work/duration.ts';

/** Members of steps and undoes. */
const ACTION = {
  task: { $ref: '#/$defs/taskName' },
  retry: closed([], {
    attempts: {
      type: 'integer',
      minimum: 1,
      maximum: ATTEMPTS_MAX,
      description: 'How many attempts in all. Default 5; for an undo 10.',
    },
    backoff: {
      $ref: '#/$defs/duration',
      default: '1s',
      description: 'The first pause is at most that long.',
    },
    factor: {
      type: 'number',
      minimum: 1,
      maximum: FACTOR_MAX,
      default: 2,
      description: 'By how much each pause may be longer than the last.',
    },
    cap: { $ref: '#/$defs/duration', default: '1m', description: 'No pause is longer.' },
  }),
  timeout: {
    anyOf: [
      { $ref: '#/$defs/duration' },
      closed([], { attempt: { $ref: '#/$defs/duration' }, total: { $ref: '#/$defs/duration' } }),
    ],
    description: 'How long one attempt may take (default 30s), and all of them (default: no limit).',
  },
  rules: {
    type: 'array',
    maxItems: RULES_MAX,
    items: closed(['cel', 'message'], {
      cel: { type: 'string', maxLength: EXPRESSION_MAX, description: 'CEL over order and now.' },
      message: {
        type: 'string',
        maxLength: REASON_MAX,
        description: 'What is said of an order that breaks it.',
      },
    }),
    description: 'order.check: all must hold.',
  },
  topic: { type: 'string', pattern: TOPIC_NAME.source, description: 'notify: where the message goes.' },
  url: {
    type: 'string',
    maxLength: URL_MAX,
    pattern: URL_FORM.source,
    description: 'http: where the call goes.',
  },
  with: { type: 'object', description: 'http and declared tasks: handed to the task as it is.' },
} as const;

/** Where work leads. */
const NEXT = {
  done: { $ref: '#/$defs/stateName', description: 'The state after the work.' },
  failed: { $ref: '#/$defs/stateName', description: 'The state after the work has failed.' },
} as const;

/**
 * The form of a definition as JSON Schema (2020-12), for editors and other languages. `parseDefinition` accepts the same, but
 * for what a schema cannot say: how long a length of time is, how many steps a work has in all, how large `with` is, and
 * whether an address can be read as one.
 */
export const workflowJsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:pawl:workflow',
  title: 'Workflow',
  description: 'The lifecycle of orders: its states, and the events that lead from one to the next.',
  ...closed(['name', 'initial', 'states'], {
    name: {
      type: 'string',
      pattern: WORKFLOW_NAME.source,
      description: 'What orders call this workflow by.',
    },
    initial: { $ref: '#/$defs/stateName', description: 'The state of a new order.' },
    announces: {
      type: 'string',
      pattern: ANNOUNCED_TYPE.source,
      not: { enum: RESERVED_ANNOUNCEMENTS },
      default: 'OrderCreated',
      description: "The type under which an order's first event leaves the system.",
    },
    illegalTransitionStatus: {
      enum: [400, 409, 422],
      default: 422,
      description: 'The HTTP status that answers an event which the state does not know.',
    },
    preconditions: {
      enum: ['required', 'optional'],
      default: 'required',
      description: 'Whether edits must name the version that they are based on.',
    },
    tasks: {
      type: 'object',
      maxProperties: TASKS_MAX,
      propertyNames: { type: 'string', pattern: TASK_NAME.source, not: { enum: [...BUILT_IN_TASKS.keys()] } },
      additionalProperties: closed([], {
        undo: { $ref: '#/$defs/taskName', description: 'Takes it back, where a step names no other.' },
        holds: {
          type: 'string',
          pattern: HOLD_NAME.source,
          description: 'What a finished step holds until it is undone.',
        },
      }),
      description: 'The tasks that steps name and that are not built in.',
    },
    states: {
      type: 'object',
      maxProperties: STATES_MAX,
      propertyNames: { $ref: '#/$defs/stateName' },
      additionalProperties: { $ref: '#/$defs/state' },
    },
  }),
  $defs: {
    stateName: { type: 'string', pattern: STATE_NAME.source },
    taskName: { type: 'string', pattern: TASK_NAME.source },
    duration: {
      type: 'string',
      pattern: DURATION.source,
      description: 'A whole number and ms, s, m, h or d; at most 365d.',
    },
    state: {
      ...closed([], {
        final: flag('No event leaves this state.'),
        editable: flag('Customer, currency, items and metadata may be replaced here.'),
        archivable: flag('History may be detached here although the state is not final.'),
        on: {
          type: 'object',
          maxProperties: EVENTS_MAX,
          propertyNames: { type: 'string', pattern: EVENT_NAME.source, not: { enum: RESERVED_EVENTS } },
          additionalProperties: { $ref: '#/$defs/exits' },
          description: 'What each event leads to.',
        },
        run: { $ref: '#/$defs/work', description: 'Work that starts when the state is entered.' },
        ...NEXT,
        after: {
          type: 'object',
          maxProperties: TIMERS_MAX,
          propertyNames: { $ref: '#/$defs/duration' },
          additionalProperties: { $ref: '#/$defs/timer' },
          description: 'Timers by their delay after entering the state.',
        },
        compensate: flag('Entering undoes every completed step of the current run, last first.'),
        review: {
          ...closed([], {
            redrive: { $ref: '#/$defs/stateName', description: 'Where a redrive starts a new run.' },
          }),
          description: 'People look at a settled order here until it is reviewed.',
        },
      }),
      dependentRequired: { done: ['run'], failed: ['run'] },
      anyOf: [
        { not: { type: 'object', required: ['run'] } },
        { type: 'object', required: ['done'] },
        { type: 'object', required: ['final'], properties: { final: { const: true } } },
      ],
    },
    exits: {
      anyOf: [
        { $ref: '#/$defs/stateName' },
        { $ref: '#/$defs/transition' },
        {
          type: 'array',
          minItems: 1,
          maxItems: ALTERNATIVES_MAX,
          items: { $ref: '#/$defs/transition' },
          description: 'Alternatives: the first that role, reason and guard allow is taken.',
        },
      ],
    },
    transition: {
      ...closed([], {
        to: { $ref: '#/$defs/stateName', description: 'The next state, at once.' },
        run: {
          $ref: '#/$defs/work',
          description: 'Work that starts when the event is accepted; the order stays until it ends.',
        },
        accepted: {
          type: 'string',
          maxLength: ACCEPTED_MAX,
          default: 'accepted',
          description: 'What the caller is told when the work was accepted.',
        },
        ...NEXT,
        when: { anyOf: [{ $ref: '#/$defs/expression' }, { $ref: '#/$defs/guard' }], description: 'A guard.' },
        roles: {
          type: 'array',
          maxItems: ROLES_MAX,
          items: { type: 'string', pattern: ROLE_NAME.source },
          description: 'The caller needs one of them.',
        },
        reason: { const: 'required', description: 'The caller must say why.' },
      }),
      oneOf: [
        { type: 'object', required: ['to'] },
        { type: 'object', required: ['run'] },
      ],
      dependentRequired: { run: ['done'], done: ['run'], failed: ['run'], accepted: ['run'] },
    },
    work: {
      anyOf: [
        { $ref: '#/$defs/stage' },
        {
          type: 'array',
          minItems: 1,
          maxItems: STEPS_MAX,
          items: { $ref: '#/$defs/stage' },
          description: 'One after the other.',
        },
      ],
    },
    stage: {
      anyOf: [
        { $ref: '#/$defs/step' },
        closed(['all'], {
          all: {
            type: 'array',
            minItems: 1,
            maxItems: STEPS_MAX,
            items: { $ref: '#/$defs/step' },
            description: 'At the same time.',
          },
        }),
      ],
    },
    step: closed(['task'], {
      ...ACTION,
      undo: {
        anyOf: [{ $ref: '#/$defs/taskName' }, { $ref: '#/$defs/undo' }],
        description: 'The task that takes a completed step back.',
      },
    }),
    undo: closed(['task'], ACTION),
    timer: {
      anyOf: [
        { $ref: '#/$defs/stateName' },
        closed(['to'], {
          to: { $ref: '#/$defs/stateName' },
          when: {
            anyOf: [{ $ref: '#/$defs/expression' }, { $ref: '#/$defs/guard' }],
            description: 'Judged once, when the timer is due: CEL over order and now.',
          },
        }),
      ],
    },
    guard: closed(['cel'], {
      cel: { $ref: '#/$defs/expression' },
      reason: { type: 'string', maxLength: REASON_MAX, description: 'What a refused caller is told.' },
    }),
    expression: {
      type: 'string',
      maxLength: EXPRESSION_MAX,
      description: 'CEL over order, data, now and actor that answers true or false.',
    },
  },
  examples: [
    {
      name: 'letter',
      initial: 'WRITTEN',
      states: {
        WRITTEN: { editable: true, on: { send: 'SENT', discard: { to: 'DISCARDED', reason: 'required' } } },
        SENT: { final: true },
        DISCARDED: { final: true },
      },
    },
    {
      name: 'purchase',
      initial: 'REQUESTED',
      states: {
        REQUESTED: {
          on: {
            approve: [
              { to: 'APPROVED', when: "order.amount_total <= money('1000')", roles: ['clerk'] },
              { to: 'APPROVED', roles: ['manager'] },
            ],
          },
        },
        APPROVED: { final: true },
      },
    },
    {
      name: 'seat',
      initial: 'ASKED',
      tasks: { 'seat.hold': { undo: 'seat.free', holds: 'seat' }, 'seat.free': {} },
      states: {
        ASKED: { run: { task: 'seat.hold', timeout: '5s' }, done: 'HELD', failed: 'GIVEN_UP' },
        HELD: {
          on: {
            pay: {
              run: { task: 'payment.charge', undo: 'payment.refund' },
              done: 'SOLD',
              failed: 'GIVEN_UP',
            },
          },
          after: { '15m': 'GIVEN_UP' },
        },
        SOLD: { final: true, run: { all: [{ task: 'notify', topic: 'sold' }] } },
        GIVEN_UP: { final: true, compensate: true, review: { redrive: 'ASKED' } },
      },
    },
  ],
} as const;

/** An object without members beyond those named. */
function closed<const R extends readonly string[], const P>(required: R, properties: P) {
  return { type: 'object', required, additionalProperties: false, properties } as const;
}

function flag<const D extends string>(description: D) {
  return { type: 'boolean', default: false, description } as const;
}
