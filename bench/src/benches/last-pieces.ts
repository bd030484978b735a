import { type Bench, figure } from '../bench.ts';
import { httpRequest } from '../load/connection.ts';
import { feedEnd } from '../load/feed.ts';
import { ask, END_MS, endsOf, PLENTY, setStock, submit } from '../load/preorders.ts';
import { withPawl } from '../servers/processes.ts';

/** Pieces and buyers of the one SKU that all want. */
const PIECES = 500;
const BUYERS = 10_000;

/** One SKU with 500 pieces and 10,000 orders at once. */
export const lastPieces: Bench = {
  stores: ['sqlite', 'postgres'],
  run: ({ store }) =>
    withPawl(store, async ({ port }) => {
      await setStock(port, 'WARM', PLENTY);
      await submit(port, ['WARM'], 2);
      await setStock(port, 'RARE', PIECES);
      const before = await feedEnd(port);
      const load = await submit(port, ['RARE'], END_MS / 1000, BUYERS);
      const ends = await endsOf(port, before, load.sentAt);
      const lasted = (ends.lastAt - load.beganAt) / 1000;
      const stock = await ask(port, httpRequest('GET', '/stock/RARE'));
      const note = `${ends.states}; ${stock.body}`;
      return [figure(`${BUYERS} orders for ${PIECES} pieces`, ends.count / lasted, '/s', note)];
    }),
};
