import { type Bench, figure } from '../bench.ts';
import { seeded } from '../seed/seeded.ts';

/** Orders written straight into the store's tables, with whole chains: what `size` runs on. */
export const seed: Bench = {
  stores: ['sqlite', 'postgres'],
  once: true,
  async run({ store, orders }) {
    const { count, seconds, verified, database } = await seeded(store, orders);
    const name = `${count.toLocaleString('en')} orders seeded`;
    const note = `in ${seconds.toFixed(0)} s; ${verified} of them read back, their chains whole`;
    return [
      figure(name, count / seconds, 'orders/s', note),
      figure(`disk for ${count.toLocaleString('en')} orders`, database.bytes() / 2 ** 30, 'GiB'),
    ];
  },
};
