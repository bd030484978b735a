import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Definitions } from './definitions.ts';

/** Longest time between two looks for what other nodes have deployed, milliseconds; each wait is a random half to whole of it. */
const LOOK_MS = 700;

/** Learns what other nodes deploy, within a second, until the signal. */
export async function followDeployments(
  definitions: Definitions,
  clock: Clock,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await clock.sleep(LOOK_MS * (0.5 + random.fraction() / 2), signal);
    if (signal.aborted) return;
    // A store that cannot be reached is asked again; its calls were observed.
    await definitions.refresh().catch(() => undefined);
  }
}
