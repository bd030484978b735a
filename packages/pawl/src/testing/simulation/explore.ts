import type { WorkflowDefinition } from '../../workflow/definition.ts';
import type { Violation } from '../history/violation.ts';
import { drawPlan } from './draw-plan.ts';
import type { Plan } from './plan.ts';
import { shrinkPlan } from './shrink-plan.ts';
import { type SimulationResult, simulate } from './simulate.ts';

/** Lines of a trace that are shown of a failure: the last ones, which lead to it. */
const LINES_MAX = 200;
/** What befalls whole machines, and is shown whatever order a failure is about. */
const OF_ALL = /dies|frozen|has started|has ended|cannot reach|is away|is set|healed/;

export interface Exploration {
  readonly seeds: number;
  readonly calls: number;
  readonly orders: number;
  readonly events: number;
  readonly effects: number;
  /** The first seed that has broken a promise; exploring ends with it. */
  readonly failure: SimulationFailure | null;
}

/** All that is needed to see a broken promise again, and to understand it. */
export interface SimulationFailure {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** A small plan with the same promise broken. */
  readonly plan: Plan;
  /** What happens in it, a line a message. */
  readonly trace: readonly string[];
}

export interface ExploreOptions {
  readonly workflows: readonly WorkflowDefinition[];
  readonly from: number;
  readonly seeds: number;
  /** Asked before each seed. */
  readonly isEnough?: (() => boolean) | undefined;
}

/** Simulates seed after seed until a promise is broken. */
export async function explore({ workflows, from, seeds, isEnough }: ExploreOptions): Promise<Exploration> {
  const sum = { seeds: 0, calls: 0, orders: 0, events: 0, effects: 0 };
  for (let seed = from; seed < from + seeds && isEnough?.() !== true; seed++) {
    const plan = drawPlan(seed, { workflows });
    const result = await run(plan);
    sum.seeds++;
    for (const part of ['calls', 'orders', 'events', 'effects'] as const) sum[part] += result[part];
    if (result.violations.length > 0)
      return { ...sum, failure: await explain(seed, plan, result.violations) };
  }
  return { ...sum, failure: null };
}

/** What is thrown where nothing should throw breaks a promise too. */
async function run(plan: Plan, trace?: (text: () => string) => void): Promise<SimulationResult> {
  try {
    return await simulate(plan, trace);
  } catch (error) {
    const violations = [
      { promise: 'order-stuck', orderId: null, detail: `it throws: ${String(error)}` } as const,
    ];
    return { violations, calls: 0, orders: 0, events: 0, effects: 0 };
  }
}

async function explain(
  seed: number,
  plan: Plan,
  violations: readonly Violation[],
): Promise<SimulationFailure> {
  const promises = new Set(violations.map(({ promise }) => promise));
  const small = await shrinkPlan(plan, async (smaller) =>
    (await run(smaller)).violations.some(({ promise }) => promises.has(promise)),
  );
  const lines: string[] = [];
  const last = await run(small, (text) => lines.push(text()));
  return { seed, violations: last.violations, plan: small, trace: aboutThem(lines, last.violations) };
}

/** The end of an order's id, by which traces name it. */
const NAME_CHARACTERS = 4;

/** The lines about the orders whose promises were broken; all, if none was an order's. */
function aboutThem(lines: readonly string[], violations: readonly Violation[]): readonly string[] {
  const names = violations.flatMap(({ orderId }) =>
    orderId === null ? [] : [orderId.slice(-NAME_CHARACTERS)],
  );
  const about = lines.filter((line) => OF_ALL.test(line) || names.some((name) => line.includes(name)));
  return (names.length === 0 ? lines : about).slice(-LINES_MAX);
}

/** A failure as it is told to people: what was broken, how to see it again, and the plan with what happens in it. */
export function failureText({ seed, violations, plan, trace }: SimulationFailure): string {
  return [
    `Seed ${seed} breaks ${violations.length} promises:`,
    ...violations
      .slice(0, 10)
      .map(({ promise, orderId, detail }) => `  ${promise} ${orderId ?? ''}: ${detail}`),
    '',
    'What happens in a smaller plan that breaks the same:',
    ...trace.map((line) => `  ${line}`),
    '',
    'That plan:',
    JSON.stringify(plan),
  ].join('\n');
}
