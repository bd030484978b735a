import { type Bench, figure } from '../bench.ts';
import { withLines } from '../load/lines.ts';
import { closedLoop } from '../load/loops.ts';
import { anyOf, flipScript } from '../load/scripts.ts';
import { withPawl } from '../servers/processes.ts';
import { endlessOrders } from './endless.ts';

const ORDERS = 100_000;
const MINUTES = 5;

/** Five minutes of full load; the figure compares the second minute's end with the fifth's. */
export const memory: Bench = {
  stores: ['sqlite'],
  run: ({ store }) =>
    withPawl(store, async (server) => {
      const script = flipScript(anyOf(await endlessOrders(server.port, ORDERS)));
      const samples: number[] = [];
      for (let minute = 1; minute <= MINUTES; minute++) {
        await withLines(server.port, (lines) => closedLoop(lines, script, 60));
        samples.push(server.rss() / 2 ** 20);
      }
      const growth = ((samples[MINUTES - 1] ?? 0) / (samples[1] ?? 1) - 1) * 100;
      const all = samples.map((sample) => sample.toFixed(0)).join(', ');
      return [figure('resident memory, minute 2 to 5', growth, '% growth', `MiB by minute: ${all}`)];
    }),
};
