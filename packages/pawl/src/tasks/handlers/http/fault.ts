/** What went wrong in a word: messages of the system tell addresses of our network, which do not belong into a trail. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
