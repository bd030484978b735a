import { type Bench, type Figure, figure, type Setting } from '../bench.ts';
import type { LoadResult } from '../load/loops.ts';
import { failuresText, p99 } from '../load/told.ts';
import { type Seeded, seeded } from '../seed/seeded.ts';
import { startPawl, withServer } from '../servers/processes.ts';
import { flippedBy } from './endless.ts';

/** The database that the large one is compared with. */
const SMALL = 100_000;
/** How many of the newest orders count as recent. */
const RECENT = 10_000;

/** Steps of recent orders and of any, in a small and in a large database. */
export const size: Bench = {
  stores: ['sqlite', 'postgres'],
  async run(setting) {
    const small = await measure(await seeded(setting.store, SMALL), setting);
    const large = await measure(await seeded(setting.store, setting.orders), setting);
    const all = setting.orders.toLocaleString('en');
    return [
      ...figuresOf(SMALL, small),
      ...figuresOf(setting.orders, large),
      figure(
        `recent of ${all} / recent of 100,000`,
        large.recent.perSecond / small.recent.perSecond,
        'ratio',
      ),
      figure(`any of ${all} / any of 100,000`, large.any.perSecond / small.any.perSecond, 'ratio'),
    ];
  },
};

interface Measured {
  readonly recent: LoadResult;
  readonly any: LoadResult;
}

function measure({ database, count, orderId }: Seeded, setting: Setting): Promise<Measured> {
  const among = (many: number) => () =>
    orderId(count - 1 - Math.floor(Math.random() * Math.min(many, count)));
  return withServer(startPawl(database), async ({ port }) => ({
    recent: await flippedBy(port, among(RECENT), setting),
    any: await flippedBy(port, among(count), setting),
  }));
}

function figuresOf(orders: number, { recent, any }: Measured): Figure[] {
  const all = orders.toLocaleString('en');
  const told = (load: LoadResult): string => `p99 ${p99(load)} ms, ${failuresText(load)}`;
  return [
    figure(`steps on the newest 10,000 of ${all} orders`, recent.perSecond, '/s', told(recent)),
    figure(`steps on any of ${all} orders`, any.perSecond, '/s', told(any)),
  ];
}
