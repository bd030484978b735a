import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache, getCompileCacheDir } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { threadOptions } from './entry.ts';

it('a thread remembers what it compiles where its program does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  enableCompileCache(folder);
  const told = `require('node:worker_threads').parentPort.postMessage(require('node:module').getCompileCacheDir())`;
  const thread = new Worker(told, { eval: true, ...threadOptions() });
  const ended = once(thread, 'exit');
  const [inThread] = await once(thread, 'message');
  await ended;
  expect(inThread).toBe(getCompileCacheDir());
  expect(inThread).toBeTypeOf('string');
});
