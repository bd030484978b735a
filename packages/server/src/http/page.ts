import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendJson } from './answer.ts';
import type { CursorScope, Cursors } from './input/cursor.ts';
import { PAGE_DEFAULT } from './limits.ts';
import { pathOf } from './refusal/problem-answer.ts';
import { invalidPart } from './refusal/problem-error.ts';

/** How a list was asked for. */
export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
  readonly offset?: number;
}

/** Which entries to read. */
export interface Window {
  /** The entry to start behind, null for the beginning. */
  readonly after: string | null;
  readonly offset: number;
  readonly limit: number;
}

/** @throws ProblemError if the cursor is not of this list, or comes with an offset. */
export function windowOf(query: PageQuery, cursors: Cursors, scope: CursorScope): Window {
  const { limit = PAGE_DEFAULT, cursor, offset } = query;
  if (cursor !== undefined && offset !== undefined)
    throw invalidPart('query', 'offset', 'cannot go with a cursor');
  return {
    after: cursor === undefined ? null : cursors.read(scope, cursor, 'cursor'),
    offset: offset ?? 0,
    limit,
  };
}

/** Entries passed over at once on the way to an offset. */
const SKIPPED_AT_ONCE = 1_000;

/** Reads a page and one entry more from a list that only knows positions: an offset is walked to. */
export async function readWindow<T>(
  { after, offset, limit }: Window,
  positionOf: (entry: T) => string,
  read: (after: string | null, limit: number) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  let start = after;
  for (let left = offset; left > 0; left -= SKIPPED_AT_ONCE) {
    const count = Math.min(left, SKIPPED_AT_ONCE);
    const skipped = await read(start, count);
    const last = skipped.at(-1);
    if (last === undefined || skipped.length < count) return [];
    start = positionOf(last);
  }
  return read(start, limit + 1);
}

/** One more entry than the page holds was read: whether it is there says whether there is a next page. */
export interface Entries<T> {
  readonly read: readonly T[];
  readonly view: (entry: T) => unknown;
  readonly positionOf: (entry: T) => string;
  readonly total?: number | undefined;
  /** Whether there is a next page although it was not read into. */
  readonly hasMore?: boolean | undefined;
}

/** Answers with a page, and with links to the others that keep the filters. */
export function sendPage<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  window: Window,
  entries: Entries<T>,
  writeCursor: (position: string) => string,
): FastifyReply {
  const shown = entries.read.slice(0, window.limit);
  const last = shown.at(-1);
  const isFull = entries.read.length > window.limit;
  const hasMore = last !== undefined && (isFull || entries.hasMore === true);
  const next = hasMore ? writeCursor(entries.positionOf(last)) : null;
  reply.header('link', linksOf(request, window, next));
  return sendJson(reply, {
    data: shown.map(entries.view),
    next_cursor: next,
    ...(entries.total === undefined ? {} : { total: entries.total }),
  });
}

function linksOf(request: FastifyRequest, { offset, limit }: Window, next: string | null): string {
  const links = [link(request, 'first', {})];
  if (offset > 0) links.push(link(request, 'prev', { offset: String(Math.max(0, offset - limit)) }));
  if (next !== null) links.push(link(request, 'next', { cursor: next }));
  return links.join(', ');
}

/** An address of the same list (RFC 8288): everything that was asked for, except where in the list. */
export function link(request: FastifyRequest, rel: string, place: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query as object)) query.set(name, String(value));
  for (const name of ['cursor', 'offset', 'after']) query.delete(name);
  for (const [name, value] of Object.entries(place)) query.set(name, value);
  const text = query.toString();
  return `<${pathOf(request.url)}${text === '' ? '' : `?${text}`}>; rel="${rel}"`;
}
