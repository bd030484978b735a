import { measureByHand } from '../baseline/measure.ts';
import { type Bench, type Figure, figure, type Setting } from '../bench.ts';
import { failuresText, p99 } from '../load/told.ts';
import { startPawl, withServer } from '../servers/processes.ts';
import type { Database } from '../stores/database.ts';
import { besideByHand } from './beside-by-hand.ts';
import { endlessOrders, flipped } from './endless.ts';

const HOT_ORDERS = 300;
const ORDERS = 20_000;

/** All callers on a few orders, so that several meet on one, against the same load spread over many. */
export const hot: Bench = besideByHand(byHand, byPawl);

async function byPawl(database: Database, setting: Setting): Promise<Figure[]> {
  return withServer(startPawl(database), async ({ port }) => {
    const ids = await endlessOrders(port, ORDERS);
    await database.settle();
    const spread = await flipped(port, ids, setting);
    const few = await flipped(port, ids.slice(0, HOT_ORDERS), setting);
    return [
      figure(
        `steps over ${ORDERS} orders`,
        spread.perSecond,
        '/s',
        `p99 ${p99(spread)} ms, ${failuresText(spread)}`,
      ),
      figure(
        `steps on ${HOT_ORDERS} hot orders`,
        few.perSecond,
        '/s',
        `p99 ${p99(few)} ms, ${failuresText(few)}`,
      ),
      figure('hot / spread', few.perSecond / spread.perSecond, 'ratio'),
    ];
  });
}

async function byHand(database: Database, setting: Setting): Promise<Figure[]> {
  const { load, note } = await measureByHand(database, {
    workflow: 'endless',
    orders: HOT_ORDERS,
    load: (port, ids) => flipped(port, ids, setting),
    score: ({ perSecond }) => perSecond,
  });
  return [figure(`steps on ${HOT_ORDERS} hot orders by hand`, load.perSecond, '/s', note, 'by hand')];
}
