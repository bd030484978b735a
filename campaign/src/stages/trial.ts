import { createChance } from 'pawl/testing';
import { makeHome } from '../home.ts';
import { runSlice, type SliceResult } from '../slice.ts';
import { sqlite } from '../subjects/sqlite.ts';
import type { Subject } from '../subjects/subject.ts';
import type { Stage } from './stage.ts';

/** Milliseconds after which nothing new is begun: no slice of a test should need them. */
const UNTIL_MS = 100_000;

/** For tests: one slice of a stage, small enough to end by itself long before its time is over. */
export function tryStage(stage: Stage, subject: Subject = sqlite): Promise<SliceResult> {
  const dir = makeHome(stage.name);
  const until = performance.now() + UNTIL_MS;
  return runSlice(stage, { subject, dir, chance: createChance(`trial of ${stage.name}`), until });
}
