/**
 * `node main.ts <first seed>`: simulates seed after seed until it is ended. After some it tells on standard output, as a line of
 * JSON, what it has done since the line before.
 */
import { setPriority } from 'node:os';
import { type Exploration, explore, failureText } from 'pawl/testing';
import { shippedWorkflows } from '../drill/load/lifecycles.ts';

/** What a line says. */
export interface Progress extends Omit<Exploration, 'failure'> {
  /** The first seed that is not simulated yet. */
  readonly next: number;
  /** Null if every promise was kept. */
  readonly failure: string | null;
}

/** Seeds between two lines: about a second. */
const SEEDS = 20;
/** It takes what the drills beside it leave: they would meet their timeouts otherwise, and not their faults. */
const NICENESS = 10;

setPriority(NICENESS);
const workflows = shippedWorkflows();
for (let next = Number(process.argv[2]); ; ) {
  const { failure, ...sum } = await explore({ workflows, from: next, seeds: SEEDS });
  next += sum.seeds;
  const told: Progress = { ...sum, next, failure: failure === null ? null : failureText(failure) };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
