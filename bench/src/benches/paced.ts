import { measureByHand } from '../baseline/measure.ts';
import { type Bench, type Figure, figure, type Setting } from '../bench.ts';
import { CONNECTIONS, withLines } from '../load/lines.ts';
import { type LoadResult, openLoop } from '../load/loops.ts';
import { createOrders } from '../load/orders.ts';
import { lifeScript } from '../load/scripts.ts';
import { failuresText } from '../load/told.ts';
import { startPawl, withServer } from '../servers/processes.ts';
import type { Database } from '../stores/database.ts';
import { besideByHand } from './beside-by-hand.ts';
import { WARM_SECONDS } from './transitions.ts';

const PER_SECOND = 1_000;

/** How long an answer takes while requests come at a fixed pace, whether or not earlier ones are answered. */
export const paced: Bench = besideByHand(byHand, byPawl);

async function byPawl(database: Database, { seconds }: Setting): Promise<Figure[]> {
  return withServer(startPawl(database), async ({ port }) => {
    const { ids } = await createOrders(port, PER_SECOND * (seconds + WARM_SECONDS), 'retail');
    await database.settle();
    return [figureOf(`p99 at ${PER_SECOND}/s`, await atPace(port, ids, seconds))];
  });
}

async function byHand(database: Database, { seconds }: Setting): Promise<Figure[]> {
  const { load, note } = await measureByHand(database, {
    workflow: 'retail',
    orders: PER_SECOND * (seconds + WARM_SECONDS),
    load: (port, ids) => atPace(port, ids, seconds),
    score: ({ latencies }) => -latencies.quantile(0.99),
  });
  return [{ ...figureOf(`p99 at ${PER_SECOND}/s by hand`, load), note, subject: 'by hand' }];
}

async function atPace(port: number, ids: readonly string[], seconds: number): Promise<LoadResult> {
  const warm = Math.floor((ids.length * WARM_SECONDS) / (seconds + WARM_SECONDS));
  const run = (some: readonly string[], length: number): Promise<LoadResult> =>
    withLines(port, (lines) => openLoop(lines, lifeScript(some, CONNECTIONS), PER_SECOND, length));
  await run(ids.slice(0, warm), WARM_SECONDS);
  return run(ids.slice(warm), seconds);
}

function figureOf(name: string, load: LoadResult): Figure {
  const p50 = load.latencies.quantile(0.5).toFixed(2);
  return figure(name, load.latencies.quantile(0.99), 'ms', `p50 ${p50} ms, ${failuresText(load)}`);
}
