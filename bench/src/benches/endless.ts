import type { Setting } from '../bench.ts';
import { withLines } from '../load/lines.ts';
import { closedLoop, type LoadResult } from '../load/loops.ts';
import { createOrders, deployEndless } from '../load/orders.ts';
import { anyOf, flipScript } from '../load/scripts.ts';
import { WARM_SECONDS } from './transitions.ts';

/** Creates orders that can be stepped for as long as a load lasts. */
export async function endlessOrders(port: number, count: number): Promise<string[]> {
  await deployEndless(port);
  return (await createOrders(port, count, 'endless')).ids;
}

/** Steps of any of these orders. */
export function flipped(
  port: number,
  ids: readonly string[],
  setting: Pick<Setting, 'seconds'>,
  keyed = false,
): Promise<LoadResult> {
  return flippedBy(port, anyOf(ids), setting, keyed);
}

/** Steps of the orders that are drawn, after some that are not measured. */
export async function flippedBy(
  port: number,
  draw: () => string,
  { seconds }: Pick<Setting, 'seconds'>,
  keyed = false,
): Promise<LoadResult> {
  const script = flipScript(draw, keyed);
  await withLines(port, (lines) => closedLoop(lines, script, WARM_SECONDS));
  return withLines(port, (lines) => closedLoop(lines, script, seconds));
}
