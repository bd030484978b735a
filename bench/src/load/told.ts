import type { LoadResult } from './loops.ts';

/** The 99th percentile of a load's latencies, in milliseconds. */
export function p99({ latencies }: LoadResult): string {
  return latencies.quantile(0.99).toFixed(1);
}

/** What was not answered as it was wanted, by status: `none failed`, or `3 × 409, 1 × 503`. */
export function failuresText({ failed }: LoadResult): string {
  if (failed.size === 0) return 'none failed';
  return [...failed].map(([status, count]) => `${count} × ${status}`).join(', ');
}
