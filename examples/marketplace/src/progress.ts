/** Milliseconds between two lines where nobody watches a terminal. */
const LINE_EVERY_MS = 5_000;

/** Shows how far one part of the work is. */
export interface Progress {
  advance(by: number): void;
  end(): void;
}

export type StartProgress = (what: string, total: number) => Promise<Progress>;

/** A bar where a person watches; else a line every few seconds, so that a log shows that the work goes on. */
export const startProgress: StartProgress = async (what, total) =>
  process.stderr.isTTY ? startBar(what, total) : startLines(what, total);

/** Shows nothing. */
export const noProgress: StartProgress = async () => ({ advance: () => undefined, end: () => undefined });

async function startBar(what: string, total: number): Promise<Progress> {
  // Loaded only where it is seen.
  const { default: progress } = await import('cli-progress');
  const format = `${what} {bar} {percentage} % | {eta_formatted} left`;
  const bar = new progress.SingleBar({ format, clearOnComplete: true }, progress.Presets.shades_classic);
  bar.start(total, 0);
  return { advance: (by) => bar.increment(by), end: () => bar.stop() };
}

function startLines(what: string, total: number): Progress {
  let done = 0;
  let last = performance.now();
  return {
    advance(by) {
      done += by;
      if (performance.now() - last < LINE_EVERY_MS) return;
      last = performance.now();
      process.stderr.write(`${what}: ${Math.floor((100 * done) / Math.max(1, total))} %\n`);
    },
    end: () => undefined,
  };
}
