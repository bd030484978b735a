/** Where the edge reports to. The logger adds `ts` and, by the status, `level`. Calls return at once and never throw. */
export interface RequestLog {
  /** One line for each request, which is also the line of the domain event that it caused. */
  request(line: RequestLine): void;
  /** One line for each domain event that shares its request with others: the operations of a bulk call. */
  event(line: EventLine): void;
  /** A fault that was answered with 500 or 503, with its cause, which the client does not see. */
  error(cause: unknown, context: ErrorContext): void;
}

/** Members are in the order in which they are logged; null where there is nothing to say. */
export interface RequestLine {
  readonly request_id: string;
  /** 32 hexadecimal characters, W3C Trace Context. */
  readonly trace_id: string;
  readonly tenant: string | null;
  /** The caller's name. */
  readonly actor: string | null;
  readonly method: string;
  /** The route's template, `/orders/{order_id}`, never the raw path. */
  readonly path: string;
  /** The operation in snake case: `create_order`, `transition_order`, `get_order`, … */
  readonly action: string;
  readonly order_id: string | null;
  readonly status: number;
  readonly latency_ms: number;
  /** The problem's code. */
  readonly error_code: string | null;
  /** Present only where the request recorded a domain event. */
  readonly domain?: DomainEvent;
}

/** What a command recorded. */
export interface DomainEvent {
  readonly type: string;
  readonly event: string | null;
  readonly from: string | null;
  readonly to: string;
  readonly version: number;
}

export interface EventLine {
  readonly request_id: string;
  readonly trace_id: string;
  readonly tenant: string | null;
  readonly actor: string | null;
  readonly action: string;
  readonly order_id: string;
  readonly domain: DomainEvent;
}

export interface ErrorContext {
  readonly request_id: string;
  readonly trace_id: string;
  readonly method: string;
  /** The route's template. */
  readonly path: string;
  /** How many faults of the same kind were not told since the line before. */
  readonly untold?: number;
}

/** The numbers that the edge counts. No label carries an id: paths are route templates. */
export interface HttpMetrics {
  observe(method: string, routeTemplate: string, status: number, seconds: number): void;
  /** An order moved. A creation has no `from`, which is counted as the empty text. */
  transition(from: string, to: string): void;
  /** Whether a key was known. The engine observes it, since only it knows; the edge does not count it a second time. */
  idempotency(result: 'hit' | 'miss'): void;
  /** The exposition, in the format that suits the `Accept` header. */
  render(accept?: string): Promise<MetricsPage>;
}

export interface MetricsPage {
  readonly contentType: string;
  readonly body: string;
}
