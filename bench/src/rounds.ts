import { type Bench, type Figure, figure } from './bench.ts';
import { BENCHES } from './benches/catalogue.ts';
import { p99 } from './load/told.ts';
import type { Options } from './options.ts';
import { type Row, rowsOf } from './report/rows.ts';
import { measureCeiling } from './servers/ceiling.ts';
import type { StoreName } from './stores/database.ts';

/** Ceiling and bench take turns, so that a change of the machine's pace meets both. */
export async function runRounds(bench: string, store: StoreName, options: Options): Promise<Row[]> {
  const { run, once } = BENCHES[bench] as Bench;
  const { seconds, orders } = options;
  const rounds: Figure[][] = [];
  const ceilings: number[] = [];
  for (let round = 0; round < (once ? 1 : options.rounds); round++) {
    const ceiling = once ? [] : [await ceilingFigure(seconds)];
    ceilings.push(...ceiling.map(({ value }) => value));
    rounds.push([...ceiling, ...(await run({ store, seconds, orders }))]);
  }
  return rowsOf({ bench, store }, rounds, ceilings);
}

async function ceilingFigure(seconds: number): Promise<Figure> {
  const load = await measureCeiling(seconds);
  return figure('ceiling: bare node:http', load.perSecond, '/s', `p99 ${p99(load)} ms`, 'ceiling');
}
