/**
 * `npm run bench -- [name …] [--store sqlite|postgres] [--seconds 10] [--rounds 3] [--orders 1000000] [--chart <file>]`: measures
 * and prints a table in Markdown. Load and server share the machine. docs/BENCHMARKS.md says what was seen and what is wanted.
 */
import { writeFileSync } from 'node:fs';
import { BENCHES } from './benches/catalogue.ts';
import { readOptions } from './options.ts';
import { chartOf } from './report/chart.ts';
import { machineText } from './report/machine.ts';
import type { Row } from './report/rows.ts';
import { TABLE_HEAD, tableRow } from './report/table.ts';
import { runRounds } from './rounds.ts';
import { removeSeeded } from './seed/seeded.ts';

// Without it nothing would be told that we end, and servers would outlive us.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const options = readOptions(process.argv.slice(2), BENCHES);
const machine = await machineText(new Set(options.runs.map(({ store }) => store)));
print(machine);
print(`Median of ${options.rounds} rounds of ${options.seconds} s.\n`);
print(TABLE_HEAD);
const rows: Row[] = [];
for (const { name, store } of options.runs) {
  try {
    const measured = await runRounds(name, store, options);
    rows.push(...measured);
    for (const row of measured) print(tableRow(row));
  } catch (error) {
    // What was measured before may have taken hours: it is kept, and what comes after is measured.
    process.exitCode = 1;
    process.stderr.write(`${name} on ${store} has failed: ${(error as Error).stack}\n`);
  }
}
await removeSeeded();
if (options.chart !== undefined) writeFileSync(options.chart, chartOf(rows, machine));

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
