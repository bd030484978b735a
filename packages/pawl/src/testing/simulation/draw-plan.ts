import type { WorkflowDefinition } from '../../workflow/definition.ts';
import { type Chance, createChance } from './chance.ts';
import {
  type Disturbance,
  type FaultRates,
  NO_FAULTS,
  type OrderStep,
  type Plan,
  type Step,
  type Topology,
} from './plan.ts';
import { drawWorkflow } from './random-workflow.ts';

export interface DrawOptions {
  /** Definitions to choose from besides those that are drawn. */
  readonly workflows: readonly WorkflowDefinition[];
  /** Most things that clients do; default 80. Each may become several calls, and cause work. */
  readonly stepsMax?: number | undefined;
}

const STEPS_MAX = 80;
/** Clients are at work for up to that long, milliseconds. */
const BUSY_MS = 8_000;
/** Faults end some time after the last client has begun. */
const TROUBLE_MS = 8_000;
const MINUTE = 60_000;
const SKUS = ['A', 'B', 'C'] as const;
/** Beyond the ids of other steps. */
const DEPLOYMENT_IDS = 1_000_000;

/** A plan, other for each seed. Which kinds of faults there are is drawn too: all at once would hide some behind others. */
export function drawPlan(seed: string | number, { workflows, stepsMax = STEPS_MAX }: DrawOptions): Plan {
  const chance = createChance(`plan ${seed}`);
  const drawn = chance.happens(0.5) ? [drawWorkflow(chance.fork('workflow'), 'drawn')] : [];
  const chosen = [...drawn, ...(workflows.length > 0 ? [chance.pick(workflows)] : [])];
  const topology = drawTopology(chance.fork('topology'));
  const calm = chance.happens(0.1);
  return {
    seed: String(seed),
    topology,
    workflows: chosen,
    stock: Object.fromEntries(SKUS.map((sku) => [sku, chance.int(0, 12)])),
    rates: calm ? { ...NO_FAULTS, effectSlow: chance.pick([0, 0.4]) } : drawRates(chance.fork('rates')),
    healAt: BUSY_MS + TROUBLE_MS,
    steps: [
      ...drawSteps(chance.fork('steps'), chosen, chance.int(5, stepsMax)),
      ...(drawn.length > 0 ? drawDeployments(chance.fork('deployments')) : []),
    ],
    disturbances: calm ? [] : drawDisturbances(chance.fork('disturbances'), topology),
  };
}

function drawTopology(chance: Chance): Topology {
  const exclusiveWriter = chance.happens(0.3);
  const nodes = exclusiveWriter ? 1 : chance.int(1, 4);
  const skew = () => (chance.happens(0.4) ? chance.int(-5 * MINUTE, 5 * MINUTE) : 0);
  return {
    nodes,
    exclusiveWriter,
    lanes: chance.int(1, 4),
    unitsPerCommitMax: chance.pick([1, 3, 128]),
    queueMax: chance.pick([3, 10_000, 10_000]),
    // The smallest holds an order or two.
    cacheBytesMax: chance.pick([10_000, 64 * 1024 * 1024]),
    taskSlots: chance.pick([1, 4, 256]),
    leaseMs: chance.pick([1_500, 5_000, 30_000]),
    workers: chance.int(1, 2),
    skewsMs: Array.from({ length: nodes }, skew),
  };
}

function drawRates(chance: Chance): FaultRates {
  // Now and then there is much more of one kind than of the others.
  const some = (most: number): number =>
    chance.happens(0.35) ? Math.min(0.95, most * chance.fraction() * chance.pick([1, 1, 3])) : 0;
  return {
    storeLost: some(0.1),
    storeReplyLost: some(0.1),
    storeLate: some(0.05),
    crashBefore: some(0.01),
    crashAfter: some(0.02),
    storeSlow: some(0.05),
    unitFailed: some(0.1),
    effectBusy: some(0.95),
    effectFails: some(0.6),
    effectReplyLost: some(0.4),
    effectHangs: some(0.2),
    effectLate: some(0.2),
    effectSlow: some(0.3),
    workerDies: some(0.3),
    duplicate: some(0.5),
  };
}

function drawDisturbances(chance: Chance, { nodes }: Topology): readonly Disturbance[] {
  const kinds = (['crash', 'restart', 'freeze', 'partition', 'outage', 'clock-jump'] as const).filter(() =>
    chance.happens(0.35),
  );
  if (kinds.length === 0) return [];
  const drawOne = (): Disturbance => {
    const at = chance.int(500, BUSY_MS + TROUBLE_MS / 2);
    const node = chance.int(0, nodes - 1);
    const kind = chance.pick(kinds);
    switch (kind) {
      case 'crash':
        return { at, kind, node, downMs: chance.int(100, 8_000) };
      case 'restart':
        return { at, kind, node };
      case 'freeze':
      case 'partition':
        return { at, kind, node, ms: chance.pick([300, 3_000, 10_000]) };
      case 'outage':
        return { at, kind, ms: chance.int(200, 5_000) };
      case 'clock-jump':
        return { at, kind, ms: chance.int(-5 * MINUTE, 5 * MINUTE) };
    }
  };
  return Array.from({ length: chance.int(1, 8) }, drawOne);
}

function drawSteps(chance: Chance, workflows: readonly WorkflowDefinition[], count: number): readonly Step[] {
  // Few orders and many steps contend; many orders and few steps do not.
  const orders = chance.int(1, Math.max(1, Math.floor(count / chance.pick([2, 4, 10]))));
  const keyedPart = chance.pick([0.2, 0.8, 1]);
  const created: { readonly id: number; readonly at: number; readonly workflow: WorkflowDefinition }[] = [];
  const steps: Step[] = [];
  for (let id = 0; id < count; id++) {
    const keyed = chance.happens(keyedPart);
    if (id < orders) {
      const workflow = chance.pick(workflows);
      const at = chance.int(0, BUSY_MS / 2);
      created.push({ id, at, workflow });
      const lines = Array.from({ length: chance.int(1, 2) }, () => ({
        sku: chance.pick(SKUS),
        qty: chance.int(1, 3),
      }));
      const fate = chance.happens(0.2) ? 'declined' : 'ok';
      steps.push({ id, at, keyed, kind: 'create', workflow: workflow.name, lines, fate });
    } else if (chance.happens(0.04)) {
      const at = chance.int(0, BUSY_MS);
      const delta = chance.pick([-2, -1, 1, 2, 5]);
      steps.push({ id, at, keyed, kind: 'adjust-stock', sku: chance.pick(SKUS), delta });
    } else {
      const { id: order, at: from, workflow } = chance.pick(created);
      const at = Math.min(BUSY_MS, from + chance.pick([chance.int(0, 500), chance.int(0, BUSY_MS)]));
      steps.push({ id, at, keyed, order, ...drawOrderStep(chance, workflow) });
    }
  }
  return steps;
}

/** Later versions of the drawn definition. */
function drawDeployments(chance: Chance): readonly Step[] {
  const count = chance.happens(0.3) ? chance.int(1, 2) : 0;
  return Array.from({ length: count }, (_, index) => ({
    id: DEPLOYMENT_IDS + index,
    at: chance.int(0, BUSY_MS / 2),
    keyed: false,
    kind: 'deploy',
    definition: drawWorkflow(chance.fork(index), 'drawn'),
  }));
}

function drawOrderStep(chance: Chance, { states }: WorkflowDefinition): OrderStep {
  const events = [...new Set(Object.values(states).flatMap(({ on }) => Object.keys(on ?? {})))];
  if (events.length > 0 && chance.happens(0.65)) {
    const precondition = chance.pick(['none', 'none', 'seen', 'stale'] as const);
    return { kind: 'event', event: chance.pick(events), precondition };
  }
  const kind = chance.pick([
    'read',
    'read',
    'edit',
    'set-status',
    'retry-dead',
    'resolve',
    'review',
    'redrive',
  ] as const);
  switch (kind) {
    case 'edit':
      return { kind, qty: chance.int(1, 4) };
    case 'set-status':
      return { kind, status: chance.pick(Object.keys(states)) };
    case 'resolve':
      return { kind, outcome: chance.pick(['done', 'failed'] as const) };
    default:
      return { kind };
  }
}
