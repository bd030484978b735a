import { readFileSync } from 'node:fs';
import { createPawl, type Pawl, type PawlOptions, parseText, type WorkflowDefinition } from 'pawl';
import { createMemoryStore } from 'pawl/memory';
import { onTestFinished } from 'vitest';
import { buildApp } from '../../src/http/app.ts';
import { BODY_MAX_BYTES, BULK_MAX_BYTES } from '../../src/http/limits.ts';
import type { ErrorContext, EventLine, RequestLine } from '../../src/http/observe.ts';
import type { HttpSettings } from '../../src/http/settings.ts';

/** What a test may set differently. */
export interface HarnessOptions {
  readonly settings?: Partial<HttpSettings>;
  readonly workflows?: readonly WorkflowDefinition[];
  readonly pawl?: Partial<PawlOptions>;
  readonly version?: string;
  /** Wraps the engine, to make it fail. */
  readonly wrap?: (pawl: Pawl) => Pawl;
}

/** A running server and all that it said of itself. */
export interface Harness {
  readonly origin: string;
  readonly port: number;
  readonly pawl: Pawl;
  readonly app: Awaited<ReturnType<typeof buildApp>>;
  readonly lines: RequestLine[];
  readonly events: EventLine[];
  readonly faults: unknown[];
  /** What was said beside each fault. */
  readonly faultContexts: ErrorContext[];
  readonly transitions: string[];
  /** `METHOD template status` of each answer that was counted. */
  readonly counted: string[];
  state: 'starting' | 'ready' | 'draining';
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Sets the monotonic clock of the server forward, milliseconds. */
  passTime(ms: number): void;
  /** Waits until an order is in a state, and gives it. */
  until(orderId: string, status: string, options?: CallOptions): Promise<Answer['body']>;
}

export interface CallOptions {
  /** An object is sent as JSON, a text or bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed if it is JSON, else its text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
  readonly text: string;
}

const shipped = ['retail', 'checkout', 'approval', 'preorder'].map((name) => readWorkflow(name));

/** How often and how long a background task is waited for: ten seconds, far more than any takes. */
const UNTIL_TRIES = 1_000;
const UNTIL_PAUSE_MS = 10;

export const ITEM = { sku: 'A-1', qty: 2, price: '9.99' };

/** Starts a server on a free port; it ends with the test. */
export async function startServer(options: HarnessOptions = {}): Promise<Harness> {
  const { pawl, app, harness } = await build(options);
  onTestFinished(async () => {
    await app.close();
    await pawl.close();
  });
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const port = Number(new URL(origin).port);
  const call = (method: string, path: string, callOptions?: CallOptions) =>
    callServer(`${origin}${path}`, method, callOptions);
  const until = async (orderId: string, status: string, callOptions?: CallOptions) => {
    for (let tries = 0; ; tries++) {
      const { body } = await call('GET', `/orders/${orderId}`, callOptions);
      if (body.status === status) return body;
      if (tries === UNTIL_TRIES) throw new Error(`${orderId} is ${body.status}, not ${status}`);
      await new Promise((resolve) => setTimeout(resolve, UNTIL_PAUSE_MS));
    }
  };
  return Object.assign(harness, { origin, port, call, until });
}

async function build(options: HarnessOptions) {
  const { settings, workflows = [], pawl: engine, wrap = (one) => one, version = '0.0.0-test' } = options;
  const pawl = await createPawl({
    store: createMemoryStore(),
    workflows: [...shipped, ...workflows],
    ...engine,
  });
  const records = {
    lines: [] as RequestLine[],
    events: [] as EventLine[],
    faults: [] as unknown[],
    faultContexts: [] as ErrorContext[],
    transitions: [] as string[],
    counted: [] as string[],
    state: 'ready' as Harness['state'],
  };
  let passedMs = 0;
  const passTime = (ms: number): void => {
    passedMs += ms;
  };
  const app = await buildApp({
    pawl: wrap(pawl),
    settings: { ...DEFAULTS, ...settings },
    log: {
      request: (line) => records.lines.push(line),
      event: (line) => records.events.push(line),
      error(cause, context) {
        records.faults.push(cause);
        records.faultContexts.push(context);
      },
    },
    metrics: {
      observe: (method, template, status) => records.counted.push(`${method} ${template} ${status}`),
      transition: (from, to) => records.transitions.push(`${from}>${to}`),
      idempotency: () => undefined,
      render: async () => ({
        contentType: 'text/plain; version=0.0.4; charset=utf-8',
        body: '# no metrics\n',
      }),
    },
    lifecycle: { state: () => records.state },
    clock: {
      now: () => Date.now(),
      monotonic: () => performance.now() + passedMs,
      sleep: () => new Promise(() => undefined),
    },
    version,
  });
  return { pawl, app, harness: Object.assign(records, { pawl, app, passTime }) };
}

const DEFAULTS: HttpSettings = {
  env: 'local',
  corsOrigins: [],
  defaultWorkflow: 'retail',
  requireIdempotencyKey: false,
  rateLimitPerMinute: null,
  apiKeys: [],
  allowAnonymous: false,
  bodyMaxBytes: BODY_MAX_BYTES,
  bulkMaxBytes: BULK_MAX_BYTES,
};

async function callServer(
  url: string,
  method: string,
  { body, headers = {} }: CallOptions = {},
): Promise<Answer> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : text };
}

function readWorkflow(name: string): WorkflowDefinition {
  const url = new URL(`../../../../workflows/${name}.yaml`, import.meta.url);
  const parsed = parseText(readFileSync(url, 'utf8'), 'yaml');
  if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.findings)}`);
  return parsed.definition;
}
