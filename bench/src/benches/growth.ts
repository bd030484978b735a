import { type Bench, figure } from '../bench.ts';
import { Connection, httpRequest } from '../load/connection.ts';
import { createOrders } from '../load/orders.ts';
import { failuresText, p99 } from '../load/told.ts';
import { withPawl } from '../servers/processes.ts';
import { endlessOrders, flipped } from './endless.ts';

/** How long the kernel is given to write back what a large load has left behind. */
const WRITE_BACK_MS = 30_000;
const ORDERS = 10_000;
const PAGES = 20;

/** A database that grows under one server, by bulk calls: steps before and after, and a first page by state. */
export const growth: Bench = {
  stores: ['sqlite'],
  run: ({ store, seconds, orders }) =>
    withPawl(store, async ({ port }) => {
      // Unmeasured: a server that has just started is slower than it will be.
      await flipped(port, await endlessOrders(port, ORDERS), { seconds });
      const { ids } = await createOrders(port, ORDERS, 'endless');
      const small = await flipped(port, ids, { seconds });
      const { ids: more } = await createOrders(port, orders - 2 * ORDERS, 'endless');
      // Loading leaves hundreds of megabytes for the kernel to write: they are not what this is about.
      await new Promise((resolve) => setTimeout(resolve, WRITE_BACK_MS));
      const recent = await flipped(port, more.slice(-ORDERS), { seconds });
      const spread = await flipped(port, more.slice(0, -ORDERS), { seconds });
      const list = await pageTime(port, '/orders?status=HELD');
      const all = orders.toLocaleString('en');
      const told = (load: typeof small): string => `${failuresText(load)}, p99 ${p99(load)} ms`;
      return [
        figure('transitions on 10,000 of 20,000 orders', small.perSecond, '/s', told(small)),
        figure(`10,000 of ${all} orders`, recent.perSecond, '/s', told(recent)),
        figure(`10,000 of ${all} / 10,000`, recent.perSecond / small.perSecond, 'ratio'),
        figure(`all of ${all} orders at random`, spread.perSecond, '/s', told(spread)),
        figure(`all of ${all} at random / 10,000`, spread.perSecond / small.perSecond, 'ratio'),
        figure(`first page by status at ${all} orders`, list, 'ms', `slowest of ${PAGES}, under no load`),
      ];
    }),
};

async function pageTime(port: number, path: string): Promise<number> {
  const connection = await Connection.open(port);
  const times: number[] = [];
  for (let round = 0; round < PAGES; round++) {
    const began = performance.now();
    await connection.ask(httpRequest('GET', path));
    times.push(performance.now() - began);
  }
  connection.close();
  return Math.max(...times);
}
