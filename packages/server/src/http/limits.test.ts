import { readFileSync } from 'node:fs';
import {
  OBJECT_BYTES_MAX,
  OBJECT_LEVELS_MAX,
  ON_HAND_MAX,
  PRICE_INTEGER_DIGITS_MAX,
  QUEUE_MAX,
  WORKER_LEASE_MS_MAX,
} from 'pawl';
import { expect, it } from 'vitest';
import { WORKERS_MAX } from '../workers/limits.ts';
import * as edge from './limits.ts';

const limits = {
  ...edge,
  OBJECT_BYTES_MAX,
  OBJECT_LEVELS_MAX,
  ON_HAND_MAX,
  PRICE_INTEGER_DIGITS_MAX,
  QUEUE_MAX,
  WORKER_LEASE_MS_MAX,
  WORKERS_MAX,
};

/** The row of docs/OPERATIONS.md that has each limit. */
const ROWS: Record<keyof typeof limits, string> = {
  BODY_MAX_BYTES: 'body of one command',
  BULK_MAX_BYTES: 'body of a bulk call',
  WORKFLOW_MAX_BYTES: 'definition of a workflow, as a body or as a file',
  ITEMS_MAX: 'items of an order',
  QTY_MAX: '`qty` of an item',
  OPERATIONS_MAX: 'operations of a bulk call',
  NAME_MAX_CHARS: '`sku`, `customer_id`, `external_id`',
  REASON_MAX_CHARS: '`reason`',
  CURSOR_MAX_CHARS: '`cursor` of a list or a redrive, and `after` of the feed',
  JSON_MAX_DEPTH: 'nesting of a body',
  PRICE_NUMBER_DIGITS: 'significant digits of a `price` that is a JSON number',
  PAGE_DEFAULT: 'entries of a page',
  PAGE_MAX: 'entries of a page',
  OFFSET_MAX: '`offset` of a list',
  CLAIM_NAMES_MAX: 'names in a claim of tasks',
  CLAIM_MAX: 'tasks of a claim',
  LEASE_DEFAULT_S: 'lease of an outside worker',
  TOKEN_MAX: '`token` of a claim',
  RETRY_AFTER_MAX_S: '`retry_after_s` of a failed task',
  REDRIVE_MAX: 'orders of a redrive of many',
  REDRIVE_AT_ONCE: 'of those, submitted at once',
  KEY_MAX_CHARS: '`Idempotency-Key`',
  REQUEST_ID_MAX_CHARS: '`X-Request-Id`',
  ENTITY_TAGS_MAX: 'entity-tags in `If-Match`',
  RETRY_AFTER_S: '`Retry-After` of a 503',
  RETRY_AFTER_FULL_S: '`Retry-After` of a 503 `store-full`',
  STORE_FAULT_EVERY_MS: 'lines of the log about a database that is away, full or busy with counts',
  HEADERS_TIMEOUT_MS: 'arrival of a head',
  REQUEST_TIMEOUT_MS: 'arrival of a whole request',
  STALLED_TIMEOUT_MS: 'answer that nobody reads, of which not a byte moves',
  REFUSED_LINGER_MS: 'connection that was told that its bytes are no request',
  KEEP_ALIVE_TIMEOUT_MS: 'idle connection',
  PIPELINED_MAX: 'requests that wait on one connection for the one before them',
  CONNECTIONS_MAX: 'open connections',
  CONNECTIONS_CHECK_MS: 'timeouts are looked at',
  PING_TIMEOUT_MS: 'answer of the database to a probe',
  RATE_WINDOW_MS: 'window of these calls',
  RATE_CALLERS_MAX: 'callers whose calls are counted',
  SEGMENT_MAX_CHARS: 'a segment of a path',
  OBJECT_BYTES_MAX: '`metadata`, and `data` of an event',
  OBJECT_LEVELS_MAX: '`metadata`, and `data` of an event',
  PRICE_INTEGER_DIGITS_MAX: 'digits of a `price` before the point',
  QUEUE_MAX: 'commands that wait',
  ON_HAND_MAX: 'pieces of a SKU on hand',
  WORKER_LEASE_MS_MAX: 'lease of an outside worker',
  WORKERS_MAX: 'processes of one `pawl serve --workers`',
};

const page = readFileSync(new URL('../../../../docs/OPERATIONS.md', import.meta.url), 'utf8');
const limitOf = new Map(
  [...page.matchAll(/^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$/gm)].map(([, what = '', limit = '']) => [
    what,
    limit,
  ]),
);

it.each(Object.entries(limits))('docs/OPERATIONS.md has %s, %i', (name, value) => {
  const row = limitOf.get(ROWS[name as keyof typeof limits]);
  expect(` ${row} `).toMatch(new RegExp(`[ ]${shown(name, value)}[ ,;]`));
});

function shown(name: string, value: number): string {
  if (/_BYTES(?:_|$)/.test(name))
    return value < 1024 ** 2 ? `${value / 1024} KiB` : `${value / 1024 ** 2} MiB`;
  if (/_MS(?:_|$)/.test(name)) return `${(value / 1000).toLocaleString('en')} s`;
  if (name.endsWith('_S')) return `${value.toLocaleString('en')} s`;
  return value.toLocaleString('en');
}
