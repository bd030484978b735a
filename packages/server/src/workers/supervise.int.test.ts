import cluster, { type ClusterSettings } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { systemClock } from 'pawl';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../telemetry/log.ts';
import { supervise } from './supervise.ts';

const exec = fileURLToPath(new URL('./test/worker.mjs', import.meta.url));
const SETTINGS: ClusterSettings = { exec, args: [], execArgv: [], cwd: '/', uid: process.getuid?.() ?? 0 };
/** Nothing can be started so: the system refuses it, or Node.js itself. */
const REFUSALS: readonly (readonly [string, ClusterSettings])[] = [
  ['the system has no process for it', { ...SETTINGS, cwd: '/nowhere' }],
  ['it cannot even be asked for', { ...SETTINGS, uid: 0.5 }],
];

let lines: string;
let tell: (reason: string) => void;
beforeEach(() => {
  lines = '';
  cluster.setupPrimary(SETTINGS);
});
afterEach(() => {
  for (const worker of running()) worker.process.kill('SIGKILL');
});

function running() {
  return Object.values(cluster.workers ?? {}).flatMap((worker) =>
    worker?.process.connected ? [worker] : [],
  );
}

/** Starts two; resolves when both take requests. `ended` is what the supervision comes to. */
async function start(): Promise<{ readonly ended: Promise<boolean> }> {
  const { promise: told, resolve } = Promise.withResolvers<string>();
  const { promise: ready, resolve: isReady } = Promise.withResolvers<string>();
  tell = resolve;
  const write = (line: string) => {
    lines += line;
  };
  const log = createLog('info', { write } as never, () => 0);
  const ended = supervise({ workers: 2, log, clock: systemClock, ready: isReady, told });
  await Promise.race([ready, ended]);
  return { ended };
}

describe.each(REFUSALS)('a worker that is not started, since %s', (_, refusal) => {
  it('is started later', async () => {
    const { ended } = await start();
    cluster.setupPrimary(refusal);
    running()[0]?.process.kill('SIGKILL');
    await expect.poll(() => lines, { timeout: 5_000 }).toContain('a worker could not be started');
    cluster.setupPrimary(SETTINGS);
    await expect.poll(() => running().length, { timeout: 5_000 }).toBe(2);
    tell('SIGTERM');
    expect(await ended).toBe(true);
  });

  it('keeps nothing from ending', async () => {
    const { ended } = await start();
    cluster.setupPrimary(refusal);
    running()[0]?.process.kill('SIGKILL');
    await expect.poll(() => lines, { timeout: 5_000 }).toContain('a worker could not be started');
    tell('SIGTERM');
    expect(await ended).toBe(true);
  });

  it('keeps all from starting at the beginning', async () => {
    cluster.setupPrimary(refusal);
    expect(await (await start()).ended).toBe(false);
    expect(running()).toEqual([]);
  });
});
