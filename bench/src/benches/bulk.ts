import { type Bench, figure } from '../bench.ts';
import { createOrders } from '../load/orders.ts';
import { withPawl } from '../servers/processes.ts';

const ORDERS = 200_000;

/** Orders created by bulk calls. */
export const bulk: Bench = {
  stores: ['sqlite', 'postgres'],
  run: ({ store }) =>
    withPawl(store, async ({ port }) => {
      const { seconds } = await createOrders(port, ORDERS, 'retail');
      return [figure('orders created in bulk', ORDERS / seconds, '/s')];
    }),
};
