import type { FeedProblem } from '../../../../ports/audit.ts';
import type { Sender } from '../../connection/pool.ts';
import { misnamedEvents } from './misnamed-events.ts';
import { missingEvents } from './missing-events.ts';
import { misplacedCommits } from './positions.ts';

/**
 * What is wrong with the feed, which here is kept apart from the events: up to the last commit that there is, and for orders up to the
 * id `until`. Commits without a position yet are fine.
 */
export async function* feedProblems(sender: Sender, until: string): AsyncGenerator<FeedProblem> {
  yield* misplacedCommits(sender);
  yield* missingEvents(sender);
  yield* misnamedEvents(sender, until);
}
