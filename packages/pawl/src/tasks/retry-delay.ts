import type { TaskPolicy } from '../workflow/compiled.ts';

/**
 * How long to wait after a failed attempt, milliseconds: a random part of what the policy's growth allows ("full jitter"), so
 * that those who failed together do not come back together. `fraction` is in [0, 1).
 */
export function retryDelayMs(
  { backoffMs, factor, capMs }: TaskPolicy,
  attempts: number,
  fraction: number,
): number {
  const longest = Math.min(capMs, backoffMs * factor ** Math.max(0, attempts - 1));
  return Math.floor(longest * fraction);
}
