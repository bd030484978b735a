import { constants, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { createByteWriter } from './byte-writer.ts';

/**
 * Characters gathered before they are written: to a file one write for two hundred requests, else for fifty. A pipe has room for
 * 64 KiB: what does not fit whole is cut within a line, and another process of the same server may write between its halves.
 */
const CHUNK_CHARS = { file: 65_536, other: 16_384 };
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
  /** Writes all that was taken, within a bound, and tells how many lines were dropped if any were. */
  close(): Promise<void>;
  /** The same, before it returns: for a process that is about to end. */
  closeNow(): void;
}

/**
 * Gathers lines and writes them asynchronously to a file or, with null, to standard output.
 * @throws {Error} if the file cannot be opened.
 */
export function openLogSink(file: string | null, complain: (text: string) => void): LogSink {
  const descriptor = descriptorOf(file);
  const chunkChars = fstatSync(descriptor).isFile() ? CHUNK_CHARS.file : CHUNK_CHARS.other;
  const writer = createByteWriter(descriptor, (error) => {
    // A log that cannot be written is no reason to stop taking orders; once is enough to say so.
    complain(`the log cannot be written: ${error.message}`);
    gathered = '';
  });
  let gathered = '';
  let dropped = 0;
  let closing = false;
  let soon: NodeJS.Immediate | undefined;
  const timer = setInterval(flush, FLUSH_MS).unref();

  /** One write at a time: what comes meanwhile makes the next one larger, so that a busy server writes seldom. */
  function flush(): void {
    if (gathered === '' || writer.state() !== 'idle') return;
    const chunk = gathered;
    gathered = '';
    writer.write(chunk, () => {
      if (gathered.length >= chunkChars) flush();
    });
  }

  function finish(): string {
    closing = true;
    clearInterval(timer);
    clearImmediate(soon);
    if (dropped > 0) complain(`${dropped} lines of the log were dropped: its reader was too slow`);
    return gathered;
  }

  return {
    write(line) {
      if (closing || writer.state() === 'broken') return;
      if (gathered.length > BACKLOG_MAX_CHARS) {
        dropped++;
        return;
      }
      gathered += line;
      if (gathered.length >= chunkChars) flush();
    },
    flushSoon() {
      soon ??= setImmediate(() => {
        soon = undefined;
        flush();
      });
    },
    async close() {
      if (!closing) await writer.end(finish(), CLOSE_MS);
    },
    closeNow() {
      if (!closing) writer.endNow(finish(), CLOSE_MS);
    },
  };
}

/**
 * Standard output is opened anew where that is possible, because a write to a pipe whose reader does not read would
 * otherwise keep a thread, and with it the end of the process, for good. Where it is not, such a reader is not foreseen.
 */
function descriptorOf(file: string | null): number {
  if (file !== null) {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a');
  }
  const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync('/dev/stdout', O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
  } catch {
    return STDOUT;
  }
}
