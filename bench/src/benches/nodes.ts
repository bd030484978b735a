import { type Bench, type Figure, figure, type Setting } from '../bench.ts';
import type { LoadResult } from '../load/loops.ts';
import { createOrders, expectAgreement } from '../load/orders.ts';
import { failuresText, p99 } from '../load/told.ts';
import { startPawl, withServer } from '../servers/processes.ts';
import type { Database } from '../stores/database.ts';
import { withDatabase } from '../stores/open.ts';
import { ORDERS_PER_SECOND, throughLives, WARM_SECONDS } from './transitions.ts';

/** An answer that only a race can bring about, as the load sends neither If-Match nor two steps of an order at once. */
const CONFLICTS: ReadonlySet<number> = new Set([409, 412]);

/** Two nodes that share all orders, each step on the other node than the one before it, against one node of two processes. */
export const nodes: Bench = {
  stores: ['postgres'],
  run: async (setting) => {
    const workers = await withDatabase(setting.store, (database) => byWorkers(database, setting));
    const two = await withDatabase(setting.store, (database) => byNodes(database, setting));
    return [
      ...figuresOf('one node with --workers 2', workers),
      ...figuresOf('two nodes, by turns', two),
      figure('two nodes / one with --workers 2', two.perSecond / workers.perSecond, 'ratio'),
    ];
  },
};

function byWorkers(database: Database, setting: Setting): Promise<LoadResult> {
  return withServer(startPawl(database, 2), ({ port }) => measure(database, [port], setting));
}

function byNodes(database: Database, setting: Setting): Promise<LoadResult> {
  return withServer(startPawl(database), (one) =>
    withServer(startPawl(database), (other) => measure(database, [one.port, other.port], setting)),
  );
}

async function measure(
  database: Database,
  ports: readonly [number, ...number[]],
  { seconds }: Setting,
): Promise<LoadResult> {
  const { ids } = await createOrders(ports[0], ORDERS_PER_SECOND * (seconds + WARM_SECONDS), 'retail');
  await database.settle();
  const { load, acknowledged } = await throughLives(ports, ids, seconds);
  await expectAgreement(ports[0], ids, acknowledged);
  return load;
}

function figuresOf(name: string, load: LoadResult): Figure[] {
  const note = `p99 ${p99(load)} ms, ${failuresText(load)}, answers agree with the database`;
  const wrong = [...load.failed].filter(([status]) => CONFLICTS.has(status) || status >= 500);
  const count = wrong.reduce((sum, [, number]) => sum + number, 0);
  return [
    figure(`transitions, ${name}`, load.perSecond, '/s', note),
    figure(`conflicts and 5xx, ${name}`, count, '', 'must be 0'),
  ];
}
