import type { FeedProblem } from '../../../../ports/audit.ts';
import type { Sender, Statement } from '../../connection/pool.ts';
import { FEED_BEGINNING } from '../../reader/detached.ts';
import { walkWindows, windowStatement } from '../windows.ts';

/** Positions are given in their order, by one at a time: whoever sees one sees all below it. */
const PLACED = windowStatement({
  name: 'audit-positions',
  table: 'commits',
  key: { first_position: 'bigint' },
  bound: 'first_position',
  columns: ['size'],
  found: `SELECT first_position, size, (${FEED_BEGINNING}) AS beginning FROM w ORDER BY first_position`,
});
/** The next position that will be given, and what comes after the last that was, of one moment. */
const HEAD: Statement = {
  name: 'audit-feed-head',
  text: `SELECT h.next_position AS next, coalesce(c.first_position + c.size, (${FEED_BEGINNING}) + 1) AS expected
    FROM feed_head h LEFT JOIN LATERAL (
      SELECT first_position, size FROM commits WHERE first_position < $1::bigint ORDER BY first_position DESC LIMIT 1
    ) c ON true`,
};

interface PlacedRow {
  readonly first_position: number;
  readonly size: number;
  /** The last position that is detached, 0 if none is. */
  readonly beginning: number;
}

/** Every commit must begin where the one before it ends; what lies wholly before the feed begins may be deleted. */
export async function* misplacedCommits(sender: Sender): AsyncGenerator<FeedProblem> {
  const [head] = await sender.query<{ next: number; expected: number }>(HEAD, [Number.MAX_SAFE_INTEGER]);
  const until = head?.expected ?? Number.MAX_SAFE_INTEGER;
  let expected = 1;
  for await (const row of walkWindows<PlacedRow>(sender, PLACED, [Number.MIN_SAFE_INTEGER], until)) {
    const { first_position: first, size, beginning } = row;
    if (first > expected) expected = Math.max(expected, Math.min(first, beginning + 1));
    yield* misplaced(expected, first);
    expected = first + size;
  }
  if (head === undefined) yield { kind: 'positions-stopped' };
  else yield* misplaced(head.expected, head.next);
}

function* misplaced(expected: number, found: number): Iterable<FeedProblem> {
  if (found !== expected)
    yield { kind: found > expected ? 'position-gap' : 'position-repeated', expected, found };
}
