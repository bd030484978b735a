import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createByteWriter } from './byte-writer.ts';

/** Made by the system's tool: Node.js cannot. */
const PIPE_MAKER = 'mkfifo';

let directory: string;
let pipe: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-pipe-'));
  const path = join(directory, 'pipe');
  execFileSync(PIPE_MAKER, [path]);
  // Open at both ends: writing works without a reader, until the pipe is full.
  pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
});
afterEach(() => {
  closeSync(pipe);
  rmSync(directory, { recursive: true, force: true });
});

function readSome(): string {
  const bytes = Buffer.alloc(20_000);
  try {
    return bytes.toString('utf8', 0, readSync(pipe, bytes));
  } catch {
    return '';
  }
}

const unfailing = (error: Error): void => {
  throw error;
};

describe.skipIf(process.platform === 'win32')('writing to a pipe (R2.08)', () => {
  it('writes all in order, however slowly it is read', async () => {
    const text = Array.from({ length: 40_000 }, (_, i) => `line ${i} – ä\n`).join('');
    const writer = createByteWriter(pipe, unfailing);
    writer.write(text, () => undefined);
    const ended = writer.end('last\n', 10_000);
    let received = Buffer.alloc(0);
    const bytes = Buffer.alloc(20_000);
    while (received.length < Buffer.byteLength(text) + 5) {
      await sleep(1);
      try {
        received = Buffer.concat([received, bytes.subarray(0, readSync(pipe, bytes))]);
      } catch {
        // Nothing there yet.
      }
    }
    await ended;
    expect(received.toString()).toBe(`${text}last\n`);
  });

  it('ends in time although nobody reads', async () => {
    const writer = createByteWriter(pipe, unfailing);
    writer.write('x'.repeat(1_000_000), () => undefined);
    await sleep(20);
    const began = performance.now();
    await writer.end('last\n', 300);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(writer.state()).toBe('broken');
  });

  it('ends in time although nobody reads, without the event loop', () => {
    const writer = createByteWriter(pipe, unfailing);
    const began = performance.now();
    writer.endNow('x'.repeat(1_000_000), 300);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(readSome()).toMatch(/^x+$/);
  });
});
