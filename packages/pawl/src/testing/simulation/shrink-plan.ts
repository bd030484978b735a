import { type FaultRates, NO_FAULTS, type Plan } from './plan.ts';

/** Runs spent on making a plan smaller: a minute or so. */
const RUNS_MAX = 400;

/**
 * A smaller plan that still fails: without the kinds of faults, disturbances, steps and nodes that it does not need. Each try is
 * a run; what was found is not the smallest there is, but short enough to be read.
 */
export async function shrinkPlan(
  plan: Plan,
  fails: (plan: Plan) => Promise<boolean>,
  runsMax = RUNS_MAX,
): Promise<Plan> {
  let smallest = plan;
  let runs = 0;
  const attempt = async (smaller: Plan): Promise<boolean> => {
    if (runs >= runsMax) return false;
    runs++;
    if (!(await fails(smaller))) return false;
    smallest = smaller;
    return true;
  };
  for (const rate of Object.keys(NO_FAULTS) as (keyof FaultRates)[]) {
    if (smallest.rates[rate] > 0) await attempt({ ...smallest, rates: { ...smallest.rates, [rate]: 0 } });
  }
  for (const simpler of simplerTopologies(plan)) {
    await attempt({ ...smallest, topology: { ...smallest.topology, ...simpler } });
  }
  await withoutParts(plan.disturbances, (disturbances) => attempt({ ...smallest, disturbances }));
  await withoutParts(plan.steps, (steps) => attempt({ ...smallest, steps }));
  return smallest;
}

function simplerTopologies({ topology }: Plan): readonly Partial<Plan['topology']>[] {
  const fewer = Array.from({ length: topology.nodes - 1 }, (_, index) => index + 1);
  return [
    ...fewer.map((nodes) => ({ nodes, skewsMs: topology.skewsMs.slice(0, nodes) })).slice(0, 1),
    { lanes: 1 },
    { queueMax: 10_000 },
    { cacheBytesMax: 64 * 1024 * 1024 },
    { workers: 1 },
  ];
}

/** Leaves out ever smaller parts of a list, as long as what is left is kept. */
async function withoutParts<T>(
  list: readonly T[],
  keep: (rest: readonly T[]) => Promise<boolean>,
): Promise<void> {
  let rest = list;
  for (let size = Math.ceil(rest.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < rest.length; ) {
      const smaller = rest.toSpliced(from, size);
      if (await keep(smaller)) rest = smaller;
      else from += size;
    }
  }
}
