import type { Clock } from '../../ports/clock.ts';
import { Rounds } from './connection/rounds.ts';
import { type Feed, POSITIONS_AT_ONCE } from './reader/feed.ts';
import type { Partitions } from './writer/partitions.ts';

/** Readers of the feed give positions themselves: this keeps what is left to give small where nobody reads, milliseconds. */
const POSITIONS_EVERY_MS = 1_000;
/** Parts are made a month ahead, milliseconds. */
const PARTS_EVERY_MS = 3_600_000;

export interface UpkeepParts {
  readonly clock: Clock;
  readonly feed: Feed;
  readonly partitions: Partitions;
  /** By the clock that decides. */
  readonly now: () => number;
}

/** What has to be done now and then, whoever calls. Every node does it; where one is at it the others pass it by. */
export class Upkeep {
  readonly #rounds: readonly Rounds[];

  constructor({ clock, feed, partitions, now }: UpkeepParts) {
    this.#rounds = [
      new Rounds(clock, POSITIONS_EVERY_MS, () => giveAll(feed)),
      new Rounds(clock, PARTS_EVERY_MS, () => partitions.prepare(now())),
    ];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#rounds.map((rounds) => rounds.stop()));
  }
}

async function giveAll(feed: Feed): Promise<void> {
  while ((await feed.givePositions()) === POSITIONS_AT_ONCE);
}
