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

/** Steps of any of the orders, after as many that are not measured. */
export async function flipped(
  port: number,
  ids: readonly string[],
  { seconds }: Pick<Setting, 'seconds'>,
  keyed = false,
): Promise<LoadResult> {
  const script = flipScript(anyOf(ids), keyed);
  await withLines(port, (lines) => closedLoop(lines, script, WARM_SECONDS));
  return withLines(port, (lines) => closedLoop(lines, script, seconds));
}
