import { measureByHand } from '../baseline/measure.ts';
import { type Bench, type Figure, figure, type Setting } from '../bench.ts';
import { failuresText } from '../load/told.ts';
import { startPawl, withServer } from '../servers/processes.ts';
import type { Database } from '../stores/database.ts';
import { besideByHand } from './beside-by-hand.ts';
import { endlessOrders, flipped } from './endless.ts';

const ORDERS = 20_000;

/** Steps with an Idempotency-Key on each call, against the same without. */
export const keyed: Bench = besideByHand(byHand, byPawl);

async function byPawl(database: Database, setting: Setting): Promise<Figure[]> {
  return withServer(startPawl(database), async ({ port }) => {
    const plain = await flipped(port, await endlessOrders(port, ORDERS), setting);
    const withKeys = await flipped(port, await endlessOrders(port, ORDERS), setting, true);
    return [
      figure('steps with an Idempotency-Key', withKeys.perSecond, '/s', failuresText(withKeys)),
      figure('with a key / without', withKeys.perSecond / plain.perSecond, 'ratio', failuresText(plain)),
    ];
  });
}

async function byHand(database: Database, setting: Setting): Promise<Figure[]> {
  const { load, note } = await measureByHand(database, {
    workflow: 'endless',
    orders: ORDERS,
    load: (port, ids) => flipped(port, ids, setting, true),
    score: ({ perSecond }) => perSecond,
  });
  return [figure('steps with an Idempotency-Key by hand', load.perSecond, '/s', note, 'by hand')];
}
