import { type Bench, figure } from '../bench.ts';
import { feedEnd } from '../load/feed.ts';
import { endsOf, PLENTY, setStock, submit } from '../load/preorders.ts';
import { withPawl } from '../servers/processes.ts';

/** SKUs that preorders are spread over. */
const SKUS = 100;

/** Preorders from submission to CONFIRMED: reserved, charged by the simulated gateway, confirmed. */
export const sagas: Bench = {
  stores: ['sqlite', 'postgres'],
  run: ({ store, seconds }) =>
    withPawl(store, async ({ port }) => {
      const skus = Array.from({ length: SKUS }, (_, index) => `SKU-${index}`);
      for (const sku of skus) await setStock(port, sku, PLENTY);
      await submit(port, skus, 2);
      const before = await feedEnd(port);
      const load = await submit(port, skus, seconds);
      const ends = await endsOf(port, before, load.sentAt);
      const lasted = (ends.lastAt - load.beganAt) / 1000;
      const note = `${ends.states}, ${load.failures}, p99 of the answer ${load.answerP99} ms`;
      return [
        figure('preorders to CONFIRMED', ends.count / lasted, '/s', note),
        figure('p99 from sending to CONFIRMED', ends.latencies.quantile(0.99), 'ms'),
      ];
    }),
};
