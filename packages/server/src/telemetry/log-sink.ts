import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { pino } from 'pino';

/** Characters gathered before they are written: one write for some fifty requests. */
const CHUNK_CHARS = 16_384;
/** Milliseconds that a line waits at most. */
const FLUSH_MS = 200;
/** Characters kept for a reader that has stopped reading; lines beyond are dropped and counted, because orders go on. */
const BACKLOG_MAX_CHARS = 67_108_864;
/** Milliseconds in which the end of the program waits for the log's reader. */
const CLOSE_MS = 2_000;
const STDOUT = 1;

/** Where lines go. Writing never waits and never throws. */
export interface LogSink {
  /** Takes a line with its line feed. */
  write(line: string): void;
  /** Writes what is gathered, once this turn of the event loop is over. */
  flushSoon(): void;
  /** Writes all that was taken, and the number of dropped lines if there are any. */
  close(): Promise<void>;
  /** The same, before it returns: for a process that is about to end. */
  closeNow(): void;
}

/**
 * Gathers lines and writes them asynchronously to a file or, with null, to standard output.
 * @throws {Error} if the file cannot be opened.
 */
export function openLogSink(file: string | null, complain: (text: string) => void): LogSink {
  let closing = false;
  let retries = 0;
  const destination = pino.destination({
    dest: descriptorOf(file),
    sync: false,
    // Asked each 100 ms while the reader does not read: that may last while we serve, but not while we end.
    retryEAGAIN: () => !closing || retries++ < CLOSE_MS / 100,
  });
  let gathered = '';
  let dropped = 0;
  let writing = false;
  let broken = false;
  let soon: NodeJS.Immediate | undefined;
  destination.on('drain', () => {
    writing = false;
    if (gathered.length >= CHUNK_CHARS) flush();
  });
  destination.on('error', (error) => {
    // A log that cannot be written is no reason to stop taking orders; once is enough to say so.
    if (!broken) complain(`the log cannot be written: ${error.message}`);
    broken = true;
    gathered = '';
  });
  const timer = setInterval(flush, FLUSH_MS).unref();

  /** One write at a time: what comes meanwhile makes the next one larger, so that a busy server writes seldom. */
  function flush(): void {
    if (gathered === '' || writing) return;
    handOver();
  }

  function handOver(): void {
    const chunk = gathered;
    gathered = '';
    if (broken || chunk === '') return;
    writing = true;
    destination.write(chunk);
  }

  function finish(): void {
    closing = true;
    clearInterval(timer);
    clearImmediate(soon);
    handOver();
    if (dropped > 0) complain(`${dropped} lines of the log were dropped: its reader was too slow`);
  }

  return {
    write(line) {
      if (broken) return;
      if (gathered.length > BACKLOG_MAX_CHARS) {
        dropped++;
        return;
      }
      gathered += line;
      if (gathered.length >= CHUNK_CHARS) flush();
    },
    flushSoon() {
      soon ??= setImmediate(() => {
        soon = undefined;
        flush();
      });
    },
    async close() {
      if (closing) return;
      finish();
      if (!broken) await ended(destination);
      broken = true;
    },
    closeNow() {
      if (closing) return;
      finish();
      try {
        if (!broken) destination.flushSync();
      } catch {
        // The process ends: there is nobody left to tell.
      }
      broken = true;
    },
  };
}

/** Resolves once all is written, or the reader has had its time. */
async function ended(destination: ReturnType<typeof pino.destination>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const bound = setTimeout(resolve, CLOSE_MS);
  destination.once('close', resolve);
  destination.once('error', resolve);
  destination.end();
  await promise;
  clearTimeout(bound);
}

function descriptorOf(file: string | null): number {
  if (file === null) return STDOUT;
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, 'a');
}
