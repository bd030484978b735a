import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startServer, temporaryDir } from './server-process.ts';

const dir = temporaryDir();
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Calls one after the other, so that none can share the sync of another. */
const CALLS = 50;

function hasTracer(): boolean {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// A killed process loses nothing that the kernel has: only the system calls can tell whether a commit reaches the disk.
it('every commit is synced to the disk before its answer (R0.11)', async ({ skip }) => {
  if (!hasTracer()) skip('strace is not installed');
  const trace = join(dir, 'syncs.txt');
  // -D keeps the server our own child, so that signals reach it.
  const wrapper = ['strace', '-D', '-f', '-qq', '-y', '-e', 'trace=fsync,fdatasync', '-o', trace];
  const server = await startServer({ dir, wrapper });
  const before = syncsOfTheLog(trace);
  for (let index = 0; index < CALLS; index++) {
    const body = JSON.stringify({ items: [{ sku: 'A', qty: 1, price: '1.00' }] });
    const answer = await fetch(`${server.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(201);
    await answer.arrayBuffer();
    expect(syncsOfTheLog(trace) - before, `after ${index + 1} answers`).toBeGreaterThanOrEqual(index + 1);
  }
  await server.stop();
}, 60_000);

/** Completed syncs of the write-ahead log, which is where a commit is made durable. */
function syncsOfTheLog(trace: string): number {
  return readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => /sync\(\d+<[^>]*-wal>\)\s+= 0/.test(line)).length;
}
