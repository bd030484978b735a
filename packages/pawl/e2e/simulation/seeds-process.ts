/**
 * `node seeds-process.ts <first seed> <count>`: simulates seeds until one breaks a promise. Tells what it found as JSON. On code
 * that was changed on purpose (see load-mutant.ts) it only tells what was broken, and spares itself the search for the reason.
 */
import { drawPlan } from '../../src/testing/simulation/draw-plan.ts';
import { type Exploration, explore, failureText } from '../../src/testing/simulation/explore.ts';
import { simulate } from '../../src/testing/simulation/simulate.ts';
import { shippedWorkflows } from './shipped-workflows.ts';

/** What a process has found. */
export interface Found extends Omit<Exploration, 'failure'> {
  /** Null if every promise was kept. */
  readonly failure: string | null;
}

const [, , first = '1', count = '1'] = process.argv;
const options = { workflows: shippedWorkflows(), from: Number(first), seeds: Number(count) };
const found = process.env['PAWL_MUTANT'] === undefined ? await exploration() : await firstFailure();
process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));

async function exploration(): Promise<Found> {
  const { failure, ...sum } = await explore(options);
  return { ...sum, failure: failure === null ? null : failureText(failure) };
}

async function firstFailure(): Promise<Found> {
  const nothing = { calls: 0, orders: 0, events: 0, effects: 0 };
  for (let seeds = 1; seeds <= options.seeds; seeds++) {
    const failure = await failureOf(options.from + seeds - 1);
    if (failure !== null) return { ...nothing, seeds, failure };
  }
  return { ...nothing, seeds: options.seeds, failure: null };
}

/** Changed code may throw what the engine never does. */
async function failureOf(seed: number): Promise<string | null> {
  try {
    const { violations } = await simulate(drawPlan(seed, options));
    const [violation] = violations;
    return violation === undefined ? null : `${violation.promise}: ${violation.detail}`;
  } catch (error) {
    return `it throws: ${String(error)}`;
  }
}
