import { mkdirSync, rmSync } from 'node:fs';
import { finding } from './findings.ts';
import { Processes } from './processes/processes.ts';
import type { Ground, Stage, StageResult } from './stages/stage.ts';

/** How long a slice may go on after the campaign's time, milliseconds: it must come to rest, and be judged. */
const OVERTIME_MS = 55_000;

export interface SliceResult extends StageResult {
  /** The folder that was kept, because something was found; null if all is well. */
  readonly kept: string | null;
}

/** Runs a stage once. However it ends, none of its processes outlives it, and its folder only if something was found. */
export async function runSlice(stage: Stage, ground: Omit<Ground, 'processes'>): Promise<SliceResult> {
  const processes = new Processes();
  const { dir } = ground;
  mkdirSync(dir, { recursive: true });
  const { promise: tooLong, resolve } = Promise.withResolvers<StageResult>();
  const timer = setTimeout(
    () => resolve(broken('it went on for too long after the time was over, and was cut off')),
    Math.max(0, ground.until - performance.now()) + OVERTIME_MS,
  );
  let result: StageResult;
  try {
    result = await Promise.race([stage.run({ ...ground, processes }), tooLong]);
  } catch (error) {
    result = broken(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    clearTimeout(timer);
    await processes.endAll();
  }
  if (result.findings.length > 0) return { ...result, kept: dir };
  rmSync(dir, { recursive: true, force: true });
  return { ...result, kept: null };
}

function broken(detail: string): StageResult {
  return { counts: {}, findings: [finding('stage-failed', detail)] };
}
