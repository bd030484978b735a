// For tests only: what the jobs of upkeep work with, and what they did with it.
import type { Health } from 'pawl';
import { createHealthMetrics, type HealthMetrics } from '../telemetry/health-metrics.ts';
import type { UpkeepTools } from './tools.ts';

export interface TestTools extends UpkeepTools {
  readonly signal: AbortSignal;
  readonly sleeps: number[];
  /** Message and fields of each line. */
  readonly lines: (readonly [string, unknown])[];
  readonly faults: unknown[];
  /** Value by name and labels, as a page of metrics would show it. */
  values(): Record<string, number>;
}

/** Sleeps end at once and let their time pass; after so many the signal comes. */
export function testTools(health: Partial<Health>, sleepsMax: number): TestTools {
  const ending = new AbortController();
  const sleeps: number[] = [];
  const lines: (readonly [string, unknown])[] = [];
  const faults: unknown[] = [];
  const metrics = createHealthMetrics();
  let now = 0;
  return {
    pawl: { expireKeys: async () => 0, health: health as Health, now: () => 1_000_000 },
    clock: {
      now: () => now,
      monotonic: () => now,
      async sleep(ms) {
        sleeps.push(ms);
        now += ms;
        if (sleeps.length >= sleepsMax) ending.abort();
      },
    },
    random: { hex: () => '', fraction: () => 0.25 },
    log: {
      alert: (message, fields) => void lines.push([message, fields]),
      fault: (_message, cause) => void faults.push(cause),
    },
    metrics,
    tenantName: (tenant) => (tenant === 1 ? 'default' : null),
    signal: ending.signal,
    sleeps,
    lines,
    faults,
    values: () => valuesOf(metrics),
  };
}

function valuesOf({ families }: HealthMetrics): Record<string, number> {
  const values: Record<string, number> = {};
  for (const { name, samples } of families) {
    for (const { suffix, labels, value } of samples())
      values[[`${name}${suffix}`, ...labels.map(([, text]) => text)].join(' ')] = value;
  }
  return values;
}
