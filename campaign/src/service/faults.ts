import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Answer } from './work.ts';

/** One call, and what can be made of it. */
export interface Occasion {
  readonly response: ServerResponse;
  /** A number in [0, 1) that falls alike for the same attempt. */
  readonly chance: number;
  /** Does the work. */
  readonly work: () => Answer;
  /** Refuses the work for good; false if it has been done before. */
  readonly refuse: () => boolean;
  /** Answers 202 and tells the end later. */
  readonly takeOver: () => void;
  /** Takes no connections for so long. */
  readonly goAway: (ms: number) => void;
}

/** Longer than an attempt of the campaign's workflow may take, milliseconds; and when a late effect happens, at most. */
const BEYOND_TIMEOUT_MS = 1_200;
const LATE_MS_MAX = 4_000;
/** Milliseconds for which nobody can connect. */
const AWAY_MS_MAX = 400;
/** More than is read of an answer, and more than is recorded of one: bytes. */
const CHUNK_BYTES = 16_384;
const LARGE_BYTES = 20_000;

/** Every way in which a service can fail those who call it. A name says whether the work is done in it, where that is open. */
export const FAULTS = {
  slow: (on) => later(on.chance * 300, () => answer(on, on.work())),
  'reset-before': ({ response }) => reset(response),
  'reset-after': ({ response, work }) => {
    work();
    reset(response);
  },
  'connection-refused': ({ response, goAway, chance }) => {
    goAway(chance * AWAY_MS_MAX);
    reset(response);
  },
  'error-before': (on) => answer(on, { status: 500, body: {} }),
  'error-after': (on) => {
    on.work();
    answer(on, { status: 500, body: {} });
  },
  unavailable: (on) => answer(on, { status: 503, body: {} }, { 'retry-after': '0' }),
  'too-many': (on) => answer(on, { status: 429, body: {} }, { 'retry-after': '1' }),
  refusal: (on) => answer(on, on.refuse() ? { status: 400, body: { detail: 'refused' } } : on.work()),
  redirect: (on) => {
    if (on.refuse()) answer(on, { status: 302, body: {} }, { location: 'http://127.0.0.1:9/' });
    else answer(on, on.work());
  },
  'silence-before': () => undefined,
  'silence-after': ({ work }) => void work(),
  'head-only': ({ response, work }) => {
    response.writeHead(work().status, { 'content-length': 20 }).flushHeaders();
  },
  'broken-body': ({ response, work }) => {
    response.writeHead(work().status, { 'content-length': 50 }).write('{"reference"', () => reset(response));
  },
  'endless-body': ({ response, work }) => {
    response.writeHead(work().status);
    pour(response);
  },
  'no-json': (on) => raw(on, '<html>it works</html>'),
  'large-json': (on) => raw(on, JSON.stringify({ text: 'x'.repeat(LARGE_BYTES) })),
  'wrong-length': ({ response, work }) => {
    const { status, body } = work();
    const text = JSON.stringify(body);
    const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Length: ${Math.max(1, text.length - 5)}\r\nConnection: close\r\n\r\n`;
    response.socket?.end(head + text);
  },
  'no-http': ({ response, work }) => {
    work();
    response.socket?.end('it works\r\n\r\n');
  },
  'taken-over': ({ takeOver }) => takeOver(),
  'late-answer': (on) => {
    const done = on.work();
    later(BEYOND_TIMEOUT_MS, () => answer(on, done));
  },
  'late-effect': ({ work, chance }) => later(BEYOND_TIMEOUT_MS + chance * LATE_MS_MAX, work),
} as const satisfies Readonly<Record<string, (on: Occasion) => void>>;

export type FaultName = keyof typeof FAULTS;

/** Answers as a service should. */
export function answer(
  { response }: Pick<Occasion, 'response'>,
  { status, body }: Answer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function raw({ response, work }: Occasion, text: string): void {
  const { status } = work();
  response.writeHead(status, { 'content-type': 'text/html' }).end(text);
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** Writes until nobody reads any more. */
function pour(response: ServerResponse): void {
  if (response.destroyed) return;
  response.write('x'.repeat(CHUNK_BYTES), () => setImmediate(() => pour(response)));
}

function later(ms: number, act: () => unknown): void {
  setTimeout(act, ms);
}
