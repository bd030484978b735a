import { write, writeSync } from 'node:fs';

/** Milliseconds until a reader that was full is tried again: from the first to the second, doubling. */
const RETRY_MS = { min: 1, max: 100 };

/** Writes texts to a descriptor whole and in order, however slowly it is read. */
export interface ByteWriter {
  /** `idle`: a text can be given. `broken`: it failed, and takes nothing any more. */
  state(): 'idle' | 'writing' | 'broken';
  /** Writes a text; to be called when idle. */
  write(text: string, done: () => void): void;
  /** Writes what is left of the present text, and the last one, within the time. */
  end(text: string, withinMs: number): Promise<void>;
  /** The same, before it returns. */
  endNow(text: string, withinMs: number): void;
}

/** `failed` is called once, if at all. A descriptor may be in non-blocking mode. */
export function createByteWriter(descriptor: number, failed: (error: Error) => void): ByteWriter {
  let state: ReturnType<ByteWriter['state']> = 'idle';
  let left: Buffer = Buffer.alloc(0);
  let finished: () => void = () => undefined;
  let retryMs = RETRY_MS.min;
  let inSystem = false;

  function fail(error: Error): void {
    state = 'broken';
    left = left.subarray(left.length);
    failed(error);
    finished();
  }

  function step(): void {
    inSystem = true;
    write(descriptor, left, (error, written) => {
      inSystem = false;
      if (state === 'broken') return;
      if (error !== null && !isFull(error)) return fail(error);
      if (error !== null) {
        setTimeout(step, retryMs);
        retryMs = Math.min(retryMs * 2, RETRY_MS.max);
        return;
      }
      retryMs = RETRY_MS.min;
      left = left.subarray(written);
      if (left.length > 0) return step();
      state = 'idle';
      finished();
    });
  }

  function begin(text: string, done: () => void): void {
    state = 'writing';
    left = Buffer.from(text);
    finished = done;
    step();
  }

  return {
    state: () => state,
    write: begin,
    async end(text, withinMs) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const bound = setTimeout(resolve, withinMs);
      const last = (): void => (text === '' || state === 'broken' ? resolve() : begin(text, resolve));
      if (state === 'writing') finished = last;
      else last();
      await promise;
      clearTimeout(bound);
      state = 'broken';
    },
    endNow(text, withinMs) {
      if (state === 'broken') return;
      state = 'broken';
      // What the system has been given is its own; to give it again would double lines.
      const rest = inSystem ? Buffer.alloc(0) : left;
      writeWithin(descriptor, Buffer.concat([rest, Buffer.from(text)]), withinMs);
    },
  };
}

/** Gives up without a word when the time is over or nothing can be written: the process ends. */
function writeWithin(descriptor: number, bytes: Buffer, withinMs: number): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let at = 0, waitedMs = 0; at < bytes.length && waitedMs < withinMs; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (!isFull(error)) return;
      Atomics.wait(sleeper, 0, 0, RETRY_MS.max);
      waitedMs += RETRY_MS.max;
    }
  }
}

function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EAGAIN' || code === 'EBUSY';
}
