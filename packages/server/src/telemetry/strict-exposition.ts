// For tests only: reads a page of metrics as strictly as the format is written, and judges names as promtool does.

/** What a page of metrics says. */
export interface Exposition {
  readonly types: Map<string, string>;
  readonly samples: Map<string, number>;
}

const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const SAMPLE = new RegExp(
  `^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{${LABEL}(?:,${LABEL})*\\})? ([-+]?[0-9.e+-]+|NaN|[+-]Inf)$`,
);

/** Throws at the first thing that the text format 0.0.4 does not allow. */
export function parseStrictly(body: string): Exposition {
  const types = new Map<string, string>();
  const samples = new Map<string, number>();
  let name = '';
  let sawHelp = '';
  if (!body.endsWith('\n')) throw new Error('the last line has no line feed');
  for (const line of body.slice(0, -1).split('\n')) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) \S.*$/.exec(line)?.[1];
    const [, typed, type] =
      /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary)$/.exec(line) ?? [];
    if (help !== undefined) {
      if (types.has(help)) throw new Error(`${help} comes twice`);
      sawHelp = help;
    } else if (typed !== undefined && type !== undefined) {
      if (sawHelp !== typed) throw new Error(`${typed} has no HELP before its TYPE`);
      types.set(typed, type);
      name = typed;
    } else addSample(line, name, types, samples);
  }
  checkHistograms(types, samples);
  return { types, samples };
}

function addSample(
  line: string,
  family: string,
  types: Map<string, string>,
  samples: Map<string, number>,
): void {
  const [, metric, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (metric === undefined) throw new Error(`this is no sample: ${line}`);
  const suffixes = types.get(family) === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  if (!suffixes.some((suffix) => metric === family + suffix))
    throw new Error(`${metric} stands under ${family}`);
  if (samples.has(metric + labels)) throw new Error(`${metric}${labels} comes twice`);
  samples.set(metric + labels, value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value));
}

/** Of each child the buckets ascend, and the infinite one is there and equals the count. */
function checkHistograms(types: Map<string, string>, samples: Map<string, number>): void {
  for (const [family] of [...types].filter(([, type]) => type === 'histogram')) {
    const bucketsOf = Map.groupBy(
      [...samples].filter(([key]) => key.startsWith(`${family}_bucket{`)),
      ([key]) => childOf(key, `${family}_bucket`),
    );
    for (const [key, count] of [...samples].filter(([one]) => one.startsWith(`${family}_count`))) {
      const buckets = bucketsOf.get(childOf(key, `${family}_count`)) ?? [];
      const counts = buckets.map(([, value]) => value);
      if (counts.some((value, place) => value < (counts[place - 1] ?? 0)))
        throw new Error(`${key} is not cumulative`);
      if (!buckets.at(-1)?.[0].includes('le="+Inf"') || counts.at(-1) !== count)
        throw new Error(`${key} has no end`);
    }
  }
}

/** The labels but `le`, in one order: that in which they are written says nothing. */
function childOf(key: string, metric: string): string {
  const labels = key.slice(metric.length).match(new RegExp(LABEL, 'g')) ?? [];
  return labels
    .filter((label) => !label.startsWith('le='))
    .sort()
    .join();
}

/** The rules of `promtool check metrics` about names. */
export function lintName(name: string, type: string): string[] {
  const faults: string[] = [];
  const counts = name.endsWith('_total');
  if ((type === 'counter') !== counts) faults.push(`${name}: _total is for counters, and for all of them`);
  if (/_(bucket|count|sum)$/.test(name)) faults.push(`${name}: has a suffix of histograms`);
  if (/[A-Z:]/.test(name)) faults.push(`${name}: is not snake case`);
  if (/_(gauge|counter|histogram|summary|metric)(_|$)/.test(name)) faults.push(`${name}: says its type`);
  if (/_(s|ms|us|ns|sec|milliseconds|minutes|kb|mb|kilobytes|percent)(_|$)/.test(name))
    faults.push(`${name}: no base unit`);
  return faults;
}
