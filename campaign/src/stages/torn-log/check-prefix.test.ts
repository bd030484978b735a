import type { FeedEvent } from 'pawl';
import type { FinalState } from 'pawl/testing';
import { expect, it } from 'vitest';
import { TENANT } from '../../drill/callers.ts';
import { checkPrefix } from './check-prefix.ts';

/** A database whose feed has these events, each written as the order, its version and the command that has written it. */
function withFeed(...events: readonly string[]): FinalState {
  const feed = events.map((name) => {
    const [orderId = '', version, commandId] = name.split(' ');
    return { hash: name, head: { orderId, version: Number(version) }, payload: { commandId } } as FeedEvent;
  });
  return { feeds: new Map([[TENANT, feed]]) } as unknown as FinalState;
}

const REAL = withFeed('a 1 x', 'b 1 y', 'b 2 y', 'a 2 z');

it.each([
  ['nothing', withFeed()],
  ['some commands', withFeed('a 1 x', 'b 1 y', 'b 2 y')],
  ['everything', REAL],
])('takes %s for a beginning', (_, copy) => {
  expect(checkPrefix(copy, REAL)).toEqual([]);
});

it.each([
  ['with a gap', withFeed('a 1 x', 'b 2 y'), 'no-prefix'],
  ['with something else', withFeed('a 1 x', 'c 1 y'), 'no-prefix'],
  ['with more than there is', withFeed('a 1 x', 'b 1 y', 'b 2 y', 'a 2 z', 'a 3 z'), 'no-prefix'],
  ['that ends within a command', withFeed('a 1 x', 'b 1 y'), 'unit-in-part'],
])('tells of a copy %s', (_, copy, what) => {
  expect(checkPrefix(copy, REAL)).toMatchObject([{ what }]);
});
