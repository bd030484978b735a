import type { Clock } from 'pawl';
import type { Terminal } from './command.ts';

/** Milliseconds between two lines where no person looks. */
const LINE_EVERY_MS = 5_000;

/** Shows how far a long work is. */
export interface Progress {
  advance(done: number): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

/** A bar for a person; else a line every few seconds, so that a log shows that the work goes on. */
export async function startProgress(
  unit: string,
  total: number,
  terminal: Terminal,
  clock: Clock,
): Promise<Progress> {
  return terminal.interactive ? startBar(unit, total) : startLines(unit, total, terminal, clock);
}

/** Loaded only where it is seen. */
async function startBar(unit: string, total: number): Promise<Progress> {
  const { default: progress } = await import('cli-progress');
  const format = `{bar} {percentage} % | {value} of {total} ${unit} | {eta_formatted} left`;
  const bar = new progress.SingleBar(
    { format, clearOnComplete: true, hideCursor: true },
    progress.Presets.shades_classic,
  );
  bar.start(total, 0);
  return { advance: (done) => bar.update(done), end: () => bar.stop() };
}

function startLines(unit: string, total: number, terminal: Terminal, clock: Clock): Progress {
  let last = clock.monotonic();
  return {
    advance(done) {
      if (clock.monotonic() - last < LINE_EVERY_MS) return;
      last = clock.monotonic();
      terminal.err(`${done} of ${total} ${unit}\n`);
    },
    end: () => undefined,
  };
}
