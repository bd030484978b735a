const ENTRIES = {
  writer: new URL('../writer/worker.ts', import.meta.url),
  reader: new URL('../reader/worker.ts', import.meta.url),
  checkpointer: new URL('./checkpointer.ts', import.meta.url),
} as const;

/** Where a thread starts: as TypeScript when the sources run, as JavaScript when they were built. */
export function threadEntry(name: keyof typeof ENTRIES): URL {
  const source = ENTRIES[name];
  return import.meta.url.endsWith('.ts') ? source : new URL(source.href.replace(/\.ts$/, '.js'));
}

/** A thread needs nothing of the environment, and flags such as `--input-type` that the program was started with would stop it. */
export const THREAD_OPTIONS = { env: {}, execArgv: [] as string[] };
