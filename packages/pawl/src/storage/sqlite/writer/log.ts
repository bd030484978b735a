import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { threadEntry, threadOptions } from '../threads/entry.ts';

const MIB = 1024 * 1024;
/** How much of the log may be unread by a checkpoint before the next one starts. */
const CHECKPOINT_BYTES = 4 * MIB;
/**
 * From here on the writer itself restarts the log between two batches: under a steady load a passive checkpoint never
 * catches up with the last frame, and the file would grow for as long as the load lasts.
 */
export const RESTART_BYTES = 48 * MIB;
/** What the log file stays below, but for one batch; a reader that holds it open longer is waited for here, no further. */
export const LOG_BYTES_MAX = 64 * MIB;
/** A frame's header beside its page. */
const FRAME_HEADER_BYTES = 24;
/** How long the writer waits for readers before it gives up a restart and tries again a few batches later. */
const RESTART_WAIT_MS = 20;
const BUSY_MS = 5_000;

interface LogState {
  readonly busy: number;
  readonly log: number;
  readonly checkpointed: number;
}

/** Starts the thread that makes checkpoints when it is told to over the port, and answers after each. */
export function startCheckpointer(path: string): { thread: Worker; port: MessagePort } {
  const { port1: port, port2 } = new MessageChannel();
  const thread = new Worker(threadEntry('checkpointer'), {
    workerData: { path, port: port2 },
    transferList: [port2],
    ...threadOptions(),
  });
  // It may fail to open the file, for want of descriptors say; unheard, its error would end the writer. Without it the log
  // stays bounded: the writer waits for no answer from LOG_BYTES_MAX on, copies all of the log itself, and is slower for it.
  thread.on('error', () => undefined);
  return { thread, port };
}

/** Keeps the write-ahead log bounded: checkpoints on a thread of their own, restarts on the writer's. */
export class Log {
  readonly #database: DatabaseSync;
  readonly #checkpointer: MessagePort;
  readonly #state: StatementSync;
  readonly #frameBytes: number;
  #running = false;
  #restartAt = RESTART_BYTES;

  constructor(database: DatabaseSync, checkpointer: MessagePort) {
    this.#database = database;
    this.#checkpointer = checkpointer;
    // NOOP tells the size of the log and does nothing.
    this.#state = database.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#frameBytes = Number(database.prepare('PRAGMA page_size').get()?.['page_size']) + FRAME_HEADER_BYTES;
    checkpointer.on('message', () => {
      this.#running = false;
    });
    checkpointer.unref();
  }

  /** Between two batches: starts what is due. */
  proceed(): void {
    const { log, checkpointed } = this.#state.get() as unknown as LogState;
    const bytes = log * this.#frameBytes;
    if (bytes < CHECKPOINT_BYTES) this.#restartAt = RESTART_BYTES;
    if (bytes >= this.#restartAt && (!this.#running || bytes >= LOG_BYTES_MAX)) this.#restart(bytes);
    else if ((log - checkpointed) * this.#frameBytes >= CHECKPOINT_BYTES) this.#checkpoint();
  }

  #checkpoint(): void {
    if (this.#running) return;
    this.#running = true;
    this.#checkpointer.postMessage(null);
  }

  /** Little is left to copy, since a checkpoint has just ended. The next commit then writes from the log's beginning. */
  #restart(bytes: number): void {
    this.#database.exec(`PRAGMA busy_timeout = ${RESTART_WAIT_MS}`);
    const { busy } = this.#database.prepare('PRAGMA wal_checkpoint(RESTART)').get() as unknown as LogState;
    this.#database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    this.#restartAt = busy === 0 ? RESTART_BYTES : bytes + CHECKPOINT_BYTES;
  }
}
