/**
 * `npm run bench -- [name …] [--seconds 10] [--rounds 3] [--orders 1000000]`: measures and prints a table in Markdown.
 * Load and server share the machine. Nothing is asserted: docs/BENCHMARKS.md says what was seen and what is wanted.
 */
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { BENCHES } from './benches.ts';
import type { Bench, Figure } from './harness.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    orders: { type: 'string', default: '1000000' },
  },
});
const chosen = positionals.length === 0 ? Object.keys(BENCHES) : positionals;
const options = { seconds: Number(values.seconds), orders: Number(values.orders) };
const [{ model = 'unknown' } = {}] = cpus();

print(
  `${cpus().length} × ${model.trim()}, Linux ${release()}, Node ${process.version}, SQLite ${process.versions['sqlite']}`,
);
print(`Median of ${values.rounds} rounds of ${values.seconds} s; all rounds in brackets.\n`);
print('| figure | median | rounds | note of the last round |\n|---|---|---|---|');
for (const name of chosen) {
  const bench: Bench | undefined = BENCHES[name];
  if (bench === undefined) throw new Error(`no bench ${name}: there are ${Object.keys(BENCHES).join(', ')}`);
  const rounds: Figure[][] = [];
  for (let round = 0; round < Number(values.rounds); round++) rounds.push(await bench(options));
  for (const [index, figure] of (rounds.at(-1) ?? []).entries()) {
    const all = rounds.map((round) => round[index]?.value ?? Number.NaN).sort((a, b) => a - b);
    const median = all[Math.floor(all.length / 2)] ?? Number.NaN;
    print(
      `| ${figure.bench} | ${round(median)} ${figure.unit} | ${all.map(round).join(', ')} | ${figure.note} |`,
    );
  }
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 1 : 2);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
