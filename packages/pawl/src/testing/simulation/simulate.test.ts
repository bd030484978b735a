import { describe, expect, it } from 'vitest';
import { shipped } from '../samples.ts';
import { drawPlan } from './draw-plan.ts';
import { failureText } from './explore.ts';
import { NO_FAULTS, type Plan } from './plan.ts';
import { shrinkPlan } from './shrink-plan.ts';
import { simulate } from './simulate.ts';

const workflows = [shipped('preorder'), shipped('approval')];

async function traced(plan: Plan): Promise<readonly string[]> {
  const lines: string[] = [];
  await simulate(plan, (text) => lines.push(text()));
  return lines;
}

describe('a simulation', () => {
  it('goes alike each time for the same seed, and otherwise for another', async () => {
    for (const seed of [3, 8, 21]) {
      const plan = drawPlan(seed, { workflows });
      const lines = await traced(plan);
      expect(lines.length).toBeGreaterThan(50);
      expect(await traced(JSON.parse(JSON.stringify(plan)) as Plan)).toEqual(lines);
    }
    expect(drawPlan(3, { workflows })).not.toEqual(drawPlan(8, { workflows }));
  });

  it('draws every kind of fault, of disturbance and of topology', () => {
    const plans = Array.from({ length: 200 }, (_, seed) => drawPlan(seed, { workflows }));
    for (const rate of Object.keys(NO_FAULTS) as (keyof typeof NO_FAULTS)[]) {
      expect(plans.filter(({ rates }) => rates[rate] > 0).length, rate).toBeGreaterThan(10);
      expect(plans.filter(({ rates }) => rates[rate] === 0).length, rate).toBeGreaterThan(10);
    }
    const kinds = plans.flatMap(({ disturbances }) => disturbances.map(({ kind }) => kind));
    for (const kind of ['crash', 'restart', 'freeze', 'partition', 'outage', 'clock-jump'] as const)
      expect(kinds.filter((one) => one === kind).length, kind).toBeGreaterThan(10);
    expect(new Set(plans.map(({ topology }) => topology.nodes))).toEqual(new Set([1, 2, 3, 4]));
    expect(new Set(plans.map(({ topology }) => topology.exclusiveWriter))).toEqual(new Set([true, false]));
    for (const { topology } of plans) if (topology.exclusiveWriter) expect(topology.nodes).toBe(1);
  });

  it('disturbs nothing any more once everything is healed', async () => {
    for (const seed of [2, 3, 4]) {
      const drawn = drawPlan(seed, { workflows: [shipped('approval')] });
      // Nobody waits for an answer in the end: the operators who come then find the nodes as they are.
      const steps = drawn.steps.filter(({ kind }) => kind === 'create').slice(0, 3);
      const plan = { ...drawn, steps, rates: NO_FAULTS };
      const [at, ms] = [plan.healAt - 1_000, 600_000];
      const cutOff = [0, 1, 2, 3].map((node) => ({ kind: 'partition', at, node, ms }) as const);
      const away = { kind: 'outage', at, ms } as const;
      for (const disturbances of [cutOff, [away]])
        expect((await simulate({ ...plan, disturbances })).violations).toEqual([]);
    }
  });

  it('of a part of a plan is a simulation too', async () => {
    const plan = drawPlan(5, { workflows });
    const { violations } = await simulate({ ...plan, steps: plan.steps.slice(-3) });
    expect(violations).toEqual([]);
  });
});

describe('shrinking', () => {
  it('leaves of a plan what its failure needs', async () => {
    const plan = drawPlan(12, { workflows });
    const needed = plan.steps[4]?.id;
    const small = await shrinkPlan(plan, async ({ steps }) => steps.some(({ id }) => id === needed));
    expect(small.steps.map(({ id }) => id)).toEqual([needed]);
    expect(small.disturbances).toEqual([]);
    expect(small.rates).toEqual(NO_FAULTS);
    expect(small.topology).toMatchObject({ nodes: 1, lanes: 1, workers: 1 });
  });

  it('ends after as many runs as it may make, with the smallest plan that it found', async () => {
    const plan = drawPlan(12, { workflows });
    let runs = 0;
    const small = await shrinkPlan(
      plan,
      async () => {
        runs++;
        return true;
      },
      3,
    );
    expect(runs).toBe(3);
    expect(small).not.toEqual(plan);
  });

  it('tells what was broken, what happened, and the plan to see it again', () => {
    const plan = drawPlan(1, { workflows });
    const violation = { promise: 'feed-lost', orderId: 'ord_1', detail: 'the feed lacks version 2' } as const;
    const text = failureText({ seed: 1, violations: [violation], plan, trace: ['  1.0 node 0 dies'] });
    expect(text).toMatch(/Seed 1 breaks .*\n {2}feed-lost ord_1: the feed lacks version 2\n/);
    expect(text).toContain('node 0 dies');
    expect(JSON.parse(text.split('\n').at(-1) ?? '')).toEqual(JSON.parse(JSON.stringify(plan)));
  });
});
