import { cpus, release } from 'node:os';
import type { FoundIn, Tally } from './tally.ts';

export interface Campaign {
  readonly seed: number;
  readonly seconds: number;
  /** What servers ran on: with the version of each. */
  readonly subjects: readonly string[];
  readonly tallies: ReadonlyMap<string, Tally>;
}

/** Findings that are told one by one. */
const TOLD_MAX = 50;

/** A campaign as Markdown: what was done, and what was found. */
export function reportOf({ seed, seconds, subjects, tallies }: Campaign): string {
  const found = [...tallies].flatMap(([stage, { findings }]) => findings.map((one) => ({ stage, ...one })));
  return [
    `Seed ${seed}, ${Math.round(seconds / 6) / 10} minutes, ${machine()}, Node ${process.versions.node}, ${subjects.join(', ')}.`,
    '',
    '| stage | slices | what was done | violations |',
    '|---|---|---|---|',
    ...Array.from(tallies, ([stage, tally]) => rowOf(stage, tally)),
    '',
    found.length === 0 ? 'No promise was broken.' : `**${found.length} violations.**`,
    ...found.slice(0, TOLD_MAX).flatMap(tell),
    ...(found.length > TOLD_MAX ? ['', `${found.length - TOLD_MAX} more are not shown.`] : []),
    '',
  ].join('\n');
}

function machine(): string {
  const [{ model = 'unknown processor' } = {}] = cpus();
  return `${cpus().length} × ${model.trim()}, Linux ${release()}`;
}

function rowOf(stage: string, { slices, counts, peaks, findings }: Tally): string {
  const sums = Array.from(counts, ([name, count]) => `${count.toLocaleString('en')} ${name}`);
  const highest = Array.from(peaks, ([name, value]) => `${name} ${value.toLocaleString('en')} at most`);
  return `| ${stage} | ${slices} | ${[...sums, ...highest].join(', ')} | ${findings.length} |`;
}

function tell({
  stage,
  what,
  orderId,
  detail,
  dir,
}: FoundIn & { readonly stage: string }): readonly string[] {
  const order = orderId === null ? '' : ` ${orderId}`;
  const place = dir === null ? '' : ` Kept in ${dir}.`;
  return [
    '',
    `- \`${stage}\` **${what}**${order}:${place}`,
    '',
    ...detail.split('\n').map((line) => `      ${line}`),
  ];
}
