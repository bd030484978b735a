import type { AttemptFailure } from 'pawl';
import { timeOf } from './time.ts';

/** An attempt that failed. */
export interface FailureView {
  readonly attempt: number;
  readonly at: string;
  readonly error: string;
}

export function viewFailure({ attempt, at, error }: AttemptFailure): FailureView {
  return { attempt, at: timeOf(at), error };
}
