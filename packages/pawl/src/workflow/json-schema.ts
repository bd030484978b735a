import {
  ANNOUNCED_TYPE,
  EVENT_NAME,
  RESERVED_ANNOUNCEMENTS,
  RESERVED_EVENTS,
  ROLE_NAME,
  STATE_NAME,
  WORKFLOW_NAME,
} from './names.ts';
import { ALTERNATIVES_MAX, EVENTS_MAX, EXPRESSION_MAX, REASON_MAX, ROLES_MAX, STATES_MAX } from './shape.ts';

/** The form of a definition as JSON Schema (2020-12), for editors and other languages. `parseDefinition` accepts the same. */
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
    states: {
      type: 'object',
      maxProperties: STATES_MAX,
      propertyNames: { $ref: '#/$defs/stateName' },
      additionalProperties: { $ref: '#/$defs/state' },
    },
  }),
  $defs: {
    stateName: { type: 'string', pattern: STATE_NAME.source },
    state: closed([], {
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
    }),
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
    transition: closed(['to'], {
      to: { $ref: '#/$defs/stateName' },
      when: { anyOf: [{ $ref: '#/$defs/expression' }, { $ref: '#/$defs/guard' }], description: 'A guard.' },
      roles: {
        type: 'array',
        maxItems: ROLES_MAX,
        items: { type: 'string', pattern: ROLE_NAME.source },
        description: 'The caller needs one of them.',
      },
      reason: { const: 'required', description: 'The caller must say why.' },
    }),
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
  ],
} as const;

/** An object without members beyond those named. */
function closed<const R extends readonly string[], const P>(required: R, properties: P) {
  return { type: 'object', required, additionalProperties: false, properties } as const;
}

function flag<const D extends string>(description: D) {
  return { type: 'boolean', default: false, description } as const;
}
