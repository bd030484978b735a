import { PROBLEMS, type ProblemCode } from '../problem.ts';

/** One place of a request that is wrong. */
export interface FieldError {
  readonly in: 'body' | 'query' | 'path' | 'header';
  /** A JSON pointer into that part, as a fragment: `#/items/0/qty`; `#` is the part itself. */
  readonly pointer: string;
  readonly detail: string;
}

/** What an occurrence of a problem adds to its type. */
export interface ProblemDetails {
  readonly code: ProblemCode;
  /** Where it differs from the table: an illegal transition has the status that its workflow declares. */
  readonly status?: number;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** Members of the answer beside the standard ones. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem on its way to the error handler. It carries no stack: it is an answer, not a fault. */
export class ProblemError extends Error {
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(details.detail);
    Error.stackTraceLimit = limit;
    this.details = details;
  }
}

/** A refusal of the request's form. */
export function invalid(errors: readonly FieldError[]): ProblemError {
  return new ProblemError({ code: 'validation-failed', detail: summaryOf(errors), errors });
}

/** A refusal of one header, query parameter, path segment or member of the body. */
export function invalidPart(part: FieldError['in'], name: string, detail: string): ProblemError {
  return invalid([{ in: part, pointer: `#/${name}`, detail }]);
}

/** The status that the answer will have. */
export function statusOf(details: ProblemDetails): number {
  return details.status ?? PROBLEMS[details.code].status;
}

function summaryOf(errors: readonly FieldError[]): string {
  const [first, ...others] = errors;
  if (first === undefined) return 'The request is not of the form asked for.';
  const place = first.pointer === '#' ? `the ${first.in}` : `${first.in} ${first.pointer.slice(1)}`;
  return others.length === 0
    ? `${place}: ${first.detail}`
    : `${place}: ${first.detail} (and ${others.length} more)`;
}
