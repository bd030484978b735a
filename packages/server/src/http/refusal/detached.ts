import { HistoryDetachedError } from 'pawl';
import { type ProblemDetails, ProblemError } from './problem-error.ts';

/** Says that what was asked for is in an archive, and with which cursor the reading goes on, if it does. */
export function detachedProblem(
  { archives }: HistoryDetachedError,
  next: string | null = null,
): ProblemDetails {
  const detail = `What was asked for was detached and is archived in ${archives.join(', ')}.`;
  return {
    code: 'history-detached',
    detail: next === null ? detail : `${detail} Go on with the cursor ${next}.`,
    members: { archives, ...(next === null ? {} : { next_cursor: next }) },
  };
}

/**
 * Reads events that may be detached.
 * @throws ProblemError with the cursor, as `write` makes it, that leads to the first event that is not.
 */
export async function readRetained<T>(read: Promise<T>, write: (after: number) => string): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof HistoryDetachedError)) throw error;
    const { resumeAfter } = error;
    throw new ProblemError(detachedProblem(error, resumeAfter === null ? null : write(resumeAfter)));
  }
}
