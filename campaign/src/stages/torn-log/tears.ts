import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import type { Chance } from 'pawl/testing';
import { type LogState, logBytes } from '../../subjects/sqlite-log.ts';

/** What is done to the log of a copy. */
export interface Tear {
  /** Whether commits may be gone by it. */
  readonly loses: boolean;
  /** Whether the copy has the index of the log, too. */
  readonly index: boolean;
  apply(path: string, state: LogState, chance: Chance): void;
}

/** More than a frame, so that it may look like several. */
const GARBAGE_BYTES_MAX = 20_000;

/** What a machine can leave behind that loses its power while a log is written, and what looks like it. */
export const TEARS = {
  'as it was': { loses: false, index: true, apply: () => undefined },
  'without its index': { loses: false, index: false, apply: () => undefined },
  'cut off': { loses: true, index: true, apply: cut },
  'garbage behind it': { loses: false, index: true, apply: addGarbage },
  'a part of a frame behind it': { loses: false, index: false, apply: addPart },
  'cut off, and garbage behind it': {
    loses: true,
    index: false,
    apply(path, state, chance) {
      cut(path, state, chance);
      addGarbage(path, state, chance);
    },
  },
} as const satisfies Readonly<Record<string, Tear>>;

/** Somewhere behind what the database needs: a sync orders all of that before anything is copied out of the log. */
function cut(path: string, { neededBytes, usedBytes }: LogState, chance: Chance): void {
  if (usedBytes > neededBytes) truncateSync(walOf(path), chance.int(neededBytes, usedBytes));
}

function addGarbage(path: string, { usedBytes }: LogState, chance: Chance): void {
  const bytes = Buffer.from(
    Array.from({ length: chance.int(1, GARBAGE_BYTES_MAX) }, () => chance.int(0, 255)),
  );
  behindCommits(path, usedBytes);
  appendFileSync(walOf(path), bytes);
}

/** The beginning of a frame that was written before: all is well with it but its place. */
function addPart(path: string, { usedBytes, frameBytes }: LogState, chance: Chance): void {
  if (usedBytes === 0) return;
  const frame = readFileSync(walOf(path)).subarray(usedBytes - frameBytes, usedBytes);
  behindCommits(path, usedBytes);
  appendFileSync(walOf(path), frame.subarray(0, chance.int(1, frameBytes)));
}

/** What stands behind the newest commit would be overwritten by the next: so it is taken away. */
function behindCommits(path: string, usedBytes: number): void {
  if (logBytes(path) > usedBytes) truncateSync(walOf(path), usedBytes);
}

function walOf(path: string): string {
  return `${path}-wal`;
}
