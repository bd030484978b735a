import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Processes } from '../processes/processes.ts';
import { Simulation } from './simulation.ts';

/** Time for some seeds, on a machine that does much else. */
const MS_MAX = 60_000;

it('simulates beside everything else, and keeps every promise', async () => {
  const processes = new Processes();
  const heard = Promise.withResolvers<void>();
  const simulation = new Simulation(processes, 0, heard.resolve);
  await Promise.race([heard.promise, sleep(MS_MAX, undefined, { ref: false })]);
  const { counts, findings } = await simulation.end();
  expect(findings).toEqual([]);
  expect(counts['seeds']).toBeGreaterThan(0);
  expect(counts['simulated commands']).toBeGreaterThan(20 * Number(counts['seeds']));
}, 90_000);
