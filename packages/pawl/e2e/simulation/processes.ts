import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Found } from './seeds-process.ts';

const run = promisify(execFile);
const SEEDS = fileURLToPath(new URL('./seeds-process.ts', import.meta.url));
const LOADER = new URL('./load-mutant.ts', import.meta.url).href;

/** How long changed code may run: it may go round for ever, which nobody would overlook. */
const MUTANT_MS = 180_000;

/** Simulates seeds in a process of their own. */
export async function simulateSeeds(first: number, count: number): Promise<Found> {
  const { stdout } = await run(process.execPath, [SEEDS, String(first), String(count)], {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout) as Found;
}

/** The same on code with a mutant in it. */
export async function simulateMutant(index: number, count: number): Promise<Found> {
  const env = { ...process.env, PAWL_MUTANT: String(index) };
  const args = ['--import', LOADER, SEEDS, '1', String(count)];
  const { stdout } = await run(process.execPath, args, { env, timeout: MUTANT_MS, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as Found;
}
