import { type Bench, figure } from '../bench.ts';
import { startPawl, withPawl } from '../servers/processes.ts';

/** From spawning the process to the first ready answer. */
export const start: Bench = {
  stores: ['sqlite', 'postgres'],
  run: ({ store }) =>
    withPawl(store, async (first, database) => {
      await first.stop();
      const again = await startPawl(database);
      await again.stop();
      return [
        figure('start to ready, new database', first.startMs, 'ms'),
        figure('start to ready, existing database', again.startMs, 'ms'),
      ];
    }),
};
