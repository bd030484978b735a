import { ACCESS, type OperationId } from '../../auth/roles.ts';
import { PROBLEMS, type ProblemCode } from '../problem.ts';

/** What the OpenAPI document says of an operation beyond its path, query and body. */
export interface OperationDocs {
  readonly tag:
    | 'Orders'
    | 'Stock'
    | 'Tasks'
    | 'Workers'
    | 'Dead letters'
    | 'Workflows'
    | 'Events'
    | 'Operation';
  readonly summary: string;
  readonly description?: string;
  /** Request headers that it reads. */
  readonly reads?: readonly (keyof typeof REQUEST_HEADERS)[];
  readonly answers: Readonly<Record<number, AnswerDocs>>;
  /** Beyond those that every operation can end in. */
  readonly problems?: readonly ProblemCode[];
}

export interface AnswerDocs {
  readonly description: string;
  /** The component that the body is; none for an empty body. */
  readonly body?: string;
  readonly mediaType?: string;
  readonly headers?: readonly (keyof typeof RESPONSE_HEADERS)[];
  readonly example?: unknown;
}

export const REQUEST_HEADERS = {
  'Idempotency-Key': 'Makes the call safe to repeat: 1–255 visible characters, bare or quoted.',
  'If-Match': 'The version that the change is based on: `3` (409 if stale), or `"3"` (412 if stale).',
  'If-None-Match': 'The `ETag` of what you have: 304 if it is still that.',
} as const;

const RESPONSE_HEADERS = {
  ETag: 'The order’s version, quoted.',
  Location: 'Where the new order is.',
  Link: 'Other pages of the list (RFC 8288).',
  'Idempotency-Replayed': '`true` if this is the stored outcome of an earlier, equal call.',
} as const;

/** What a Fastify route carries for the document and for admission: its operationId is also its line in the table of roles. */
export function describeOperation(operation: OperationId, docs: OperationDocs) {
  const isOpen = ACCESS[operation] === 'public';
  return {
    config: { operation, reads: docs.reads ?? [] },
    docs: {
      operationId: operation,
      tags: [docs.tag],
      summary: docs.summary,
      ...(docs.description === undefined ? {} : { description: docs.description }),
      security: isOpen ? [] : [{ apiKey: [] }],
      response: {
        ...answersOf(docs.answers),
        ...problemsOf([...commonProblems(operation), ...(docs.problems ?? [])]),
      },
    },
  };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The request headers that the operation reads beside those of every request. */
    reads?: readonly (keyof typeof REQUEST_HEADERS)[];
  }
}

function commonProblems(operation: OperationId): readonly ProblemCode[] {
  const access = ACCESS[operation];
  if (access === 'public') return ['internal-error'];
  const always: readonly ProblemCode[] = [
    'unauthenticated',
    'rate-limited',
    'internal-error',
    'store-unavailable',
    'store-full',
  ];
  return access === 'any-key' ? always : [...always, 'role-required', 'validation-failed'];
}

function answersOf(answers: OperationDocs['answers']): Record<number, object> {
  const entries = Object.entries(answers).map(([status, answer]) => [status, describeAnswer(answer)]);
  return Object.fromEntries(entries);
}

function describeAnswer({ description, body, mediaType, headers, example }: AnswerDocs): object {
  const documented = (headers ?? []).map((name) => [
    name,
    { type: 'string', description: RESPONSE_HEADERS[name] },
  ]);
  return {
    description,
    ...(documented.length === 0 ? {} : { headers: Object.fromEntries(documented) }),
    ...(body === undefined && mediaType === undefined
      ? { type: 'null' }
      : contentOf(body, mediaType, example)),
  };
}

function contentOf(body: string | undefined, mediaType = 'application/json', example?: unknown): object {
  const free = { type: mediaType === 'application/json' ? 'object' : 'string' };
  const schema = body === undefined ? free : { $ref: `${body}#` };
  return { content: { [mediaType]: { schema, ...(example === undefined ? {} : { example }) } } };
}

/** The problems of one status are one response, with an example for each code. */
function problemsOf(codes: readonly ProblemCode[]): Record<number, object> {
  const byStatus = Map.groupBy(new Set(codes), (code) => PROBLEMS[code].status);
  const entries = [...byStatus].map(([status, group]) => [
    status,
    {
      description: group.map((code) => PROBLEMS[code].title).join(', '),
      content: {
        'application/problem+json': {
          schema: { $ref: 'Problem#' },
          examples: Object.fromEntries(group.map((code) => [code, { value: exampleOf(code) }])),
        },
      },
    },
  ]);
  return Object.fromEntries(entries);
}

function exampleOf(code: ProblemCode): object {
  const { status, title } = PROBLEMS[code];
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: DETAIL_EXAMPLES[code] ?? `${title}.`,
    instance: '/orders/ord_01jd3m8k2yfw8sx2q0tr5v9c1n',
    code,
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    ...MEMBER_EXAMPLES[code],
  };
}

const DETAIL_EXAMPLES: Partial<Record<ProblemCode, string>> = {
  'validation-failed': 'body /items/0/qty: must be >= 1',
  'illegal-transition': 'Cannot transition from FULFILLED to PAID',
  'version-conflict': 'If-Match does not match current resource version',
  'history-detached': 'What was asked for was detached and is archived in events-2026-01.ndjson.gz.',
};

const MEMBER_EXAMPLES: Partial<Record<ProblemCode, object>> = {
  'validation-failed': { errors: [{ in: 'body', pointer: '#/items/0/qty', detail: 'must be >= 1' }] },
  'illegal-transition': { from: 'FULFILLED', to: 'PAID', allowed_events: [] },
  'version-conflict': { current_version: 4 },
  'precondition-failed': { current_version: 4 },
  'precondition-required': { current_version: 4 },
  'history-detached': { archives: ['events-2026-01.ndjson.gz'] },
};
