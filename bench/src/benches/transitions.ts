import { measureByHand } from '../baseline/measure.ts';
import { type Bench, type Figure, figure, type Setting } from '../bench.ts';
import { CONNECTIONS, withLines } from '../load/lines.ts';
import { closedLoop, type LoadResult } from '../load/loops.ts';
import { createOrders, expectAgreement } from '../load/orders.ts';
import { lifeScript } from '../load/scripts.ts';
import { failuresText, p99 } from '../load/told.ts';
import { startPawl, withServer } from '../servers/processes.ts';
import type { Database } from '../stores/database.ts';
import { besideByHand } from './beside-by-hand.ts';

/** Orders for each second of the load; each has four steps to go. More than any server here gets through. */
export const ORDERS_PER_SECOND = 8_000;
/** Unmeasured, seconds: a service that takes orders has been running for a while. */
export const WARM_SECONDS = 2;

/** Retail orders through their lives, and on PostgreSQL the same by hand in the same database server. */
export const transitions: Bench = besideByHand(byHand, byPawl);

async function byHand(database: Database, { seconds }: Setting): Promise<Figure[]> {
  const { load, note } = await measureByHand(database, {
    workflow: 'retail',
    orders: ORDERS_PER_SECOND * (seconds + WARM_SECONDS),
    load: (port, ids) => throughLives([port], ids, seconds).then(({ load }) => load),
    score: ({ perSecond }) => perSecond,
  });
  return [figure('transitions by hand', load.perSecond, '/s', note, 'by hand')];
}

async function byPawl(database: Database, { seconds }: Setting): Promise<Figure[]> {
  return withServer(startPawl(database), async ({ port }) => {
    const { ids } = await createOrders(port, ORDERS_PER_SECOND * (seconds + WARM_SECONDS), 'retail');
    await database.settle();
    const { load, acknowledged } = await throughLives([port], ids, seconds);
    await expectAgreement(port, ids, acknowledged);
    const note = `p99 ${p99(load)} ms, ${failuresText(load)}, answers agree with the database`;
    return [figure('transitions', load.perSecond, '/s', note)];
  });
}

/** Takes orders through their lives: a part of them unmeasured, then the rest. */
export async function throughLives(
  ports: readonly number[],
  ids: readonly string[],
  seconds: number,
): Promise<{ load: LoadResult; acknowledged: number }> {
  const warmOrders = Math.floor((ids.length * WARM_SECONDS) / (seconds + WARM_SECONDS));
  const [warm, measured] = [ids.slice(0, warmOrders), ids.slice(warmOrders)].map((some) =>
    lifeScript(some, CONNECTIONS),
  ) as [ReturnType<typeof lifeScript>, ReturnType<typeof lifeScript>];
  await withLines(ports, (lines) => closedLoop(lines, warm, WARM_SECONDS));
  const load = await withLines(ports, (lines) => closedLoop(lines, measured, seconds));
  return { load, acknowledged: warm.acknowledged + measured.acknowledged };
}
