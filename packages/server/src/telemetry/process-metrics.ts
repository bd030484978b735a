import { collectDefaultMetrics, Registry } from 'prom-client';
import { boundText } from './buckets.ts';
import type { Family, Sample } from './family.ts';

/** Gauges with the suffix of counters, which `promtool check metrics` refuses; what they say by type is in their siblings. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** What is told of the process itself: processor, memory, event loop, garbage collection, file descriptors. */
export function createProcessMetrics(): () => Promise<readonly Family[]> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return async () => ((await registry.getMetricsAsJSON()) as unknown as readonly Described[]).map(familyOf);
}

/** What the registry answers; its declared `type` is a number, its real one a word. */
interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: Family['type'];
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, string | number>>;
    readonly metricName?: string;
  }[];
}

function familyOf({ name, help, type, values }: Described): Family {
  const bare = type === 'counter' ? name.replace(/_total$/, '') : name;
  const samples = values.map(
    ({ value, labels, metricName = name }): Sample => ({
      suffix: metricName.slice(bare.length),
      labels: Object.entries(labels).map(([label, text]) => [
        label,
        typeof text === 'number' && label === 'le' ? boundText(text) : String(text),
      ]),
      value,
    }),
  );
  return { name: bare, help, type, samples: () => samples };
}
