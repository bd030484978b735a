import { checkHistory } from '../history/check-history.ts';
import { readFinalState } from '../history/final-state.ts';
import { HistoryRecorder } from '../history/recorder.ts';
import type { Violation } from '../history/violation.ts';
import { createSeededRandom } from '../seeded-random.ts';
import { Callers, TENANT, type Wish } from './callers.ts';
import { createChance } from './chance.ts';
import { Clients } from './client.ts';
import { SimulatedDatabase } from './database.ts';
import { createErrands } from './errands.ts';
import { SimulatedNode } from './node.ts';
import { OutsideWorld } from './outside-world.ts';
import { type Disturbance, NO_FAULTS, type Plan } from './plan.ts';
import { Recovery } from './recovery.ts';
import { Schedule } from './schedule.ts';
import { subscribe } from './subscriber.ts';
import { NO_TRACE, type Trace } from './trace.ts';
import { work } from './worker.ts';

export interface SimulationResult {
  /** Empty if all promises were kept. */
  readonly violations: readonly Violation[];
  /** Calls of clients and workers. */
  readonly calls: number;
  readonly orders: number;
  /** Events that were committed. */
  readonly events: number;
  /** What was done in the world outside. */
  readonly effects: number;
}

/** Steps whose effects the simulated world keeps account of. */
const WATCHED = ['payment.charge', 'seat.book', 'parcel.send', 'label.print', 'queue:mail', 'queue:board'];

/**
 * Runs a plan: several nodes, their clients, workers and the world outside in this one process, on time that passes by itself.
 * First everything goes wrong as planned; then nothing does any more, and every order must come to rest. The same plan gives
 * the same result. @throws {Error} if the engine throws where nothing in a plan may make it.
 */
export async function simulate(plan: Plan, trace: Trace = NO_TRACE): Promise<SimulationResult> {
  const schedule = new Schedule();
  const told: Trace = (text) => trace(() => `${schedule.now.toFixed(1).padStart(9)} ${text()}`);
  const chance = createChance(plan.seed);
  const { topology } = plan;
  const recorder = new HistoryRecorder();
  const world = new OutsideWorld();
  let rates = plan.rates;
  const current = () => rates;
  const skewMs = () => (topology.exclusiveWriter ? (topology.skewsMs[0] ?? 0) : 0);
  const random = createSeededRandom(`${plan.seed} database`);
  const database = new SimulatedDatabase(schedule, random, skewMs, isCalm(plan));
  const errands = createErrands({
    schedule,
    world,
    chance: chance.fork('errands'),
    rates: current,
    trace: told,
  });
  const nodes = topology.skewsMs.map(
    (_, index) =>
      new SimulatedNode(index, {
        plan,
        schedule,
        database,
        chance: chance.fork(`node ${index}`),
        rates: current,
        errands,
        recorder,
        trace: told,
      }),
  );
  const callers = new Callers({ schedule, nodes, recorder, trace: told, duplicate: () => rates.duplicate });
  const clients = new Clients({ callers, recorder, chance: chance.fork('clients') });
  let isOpen = true;
  for (const node of nodes) void node.start();
  await stockUp(plan, database);
  const subscriptions = Array.from({ length: 2 }, (_, index) =>
    subscribe(callers, schedule, chance.fork(`subscriber ${index}`), () => isOpen),
  );
  for (let index = 0; index < topology.workers; index++) {
    const tools = { schedule, callers, errands, recorder, rates: current, isOpen: () => isOpen };
    void work(`worker ${index}`, chance.fork(`worker ${index}`), tools);
  }
  for (const step of plan.steps) schedule.in(step.at, () => void callers.during(() => clients.perform(step)));
  for (const one of plan.disturbances) schedule.in(one.at, () => disturb(one, nodes, database, told));
  await schedule.run(plan.healAt);
  rates = NO_FAULTS;
  database.comeBack();
  for (const node of nodes) node.reconnect();
  told(() => 'everything is healed');
  const recovery = new Recovery({ schedule, nodes, callers, database, chance: chance.fork('recovery') });
  const isAtRest = await recovery.run();
  isOpen = false;
  const final = await readFinalState(database.store, [TENANT]);
  const history = recorder.history({ effects: world.effects(), watched: WATCHED, subscriptions });
  return {
    violations: [
      ...database.witness.violations,
      ...checkHistory(history, final, { atRest: true }),
      ...(isAtRest ? [] : [RESTLESS]),
      ...[...callers.unanswered].map(unanswered),
    ],
    calls: history.calls.length,
    orders: final.orders.length,
    events: final.orders.reduce((sum, { trail }) => sum + trail.length, 0),
    effects: history.effects.length,
  };
}

/** Whether nothing goes wrong in it; things may take long. */
function isCalm({ rates, disturbances }: Plan): boolean {
  const { effectSlow: _, ...wrong } = rates;
  return disturbances.length === 0 && Object.values(wrong).every((rate) => rate === 0);
}

const RESTLESS: Violation = {
  promise: 'order-stuck',
  orderId: null,
  detail: 'the run has not come to rest, although nothing disturbs it any more',
};

function unanswered({ orderId, key, command }: Wish): Violation {
  const detail = `${command.kind} under the key ${key} was never answered, although nothing goes wrong any more`;
  return { promise: 'call-unanswered', orderId, detail };
}

/** What is in the house before the first order comes. */
async function stockUp({ stock }: Plan, { store }: SimulatedDatabase): Promise<void> {
  await store.internTenant('default');
  await store.internActor(TENANT, 'program', 'program');
  for (const [sku, value] of Object.entries(stock)) {
    const change = { tenant: TENANT, sku, kind: 'set', value, reason: null, actor: 1, key: null } as const;
    await store.changeStock({ ...change, commandId: `stock-${sku}` });
  }
}

function disturb(
  one: Disturbance,
  nodes: readonly SimulatedNode[],
  database: SimulatedDatabase,
  trace: Trace,
): void {
  const node = 'node' in one ? nodes[one.node % nodes.length] : undefined;
  switch (one.kind) {
    case 'crash':
      node?.crash(one.downMs);
      break;
    case 'restart':
      void node?.restart();
      break;
    case 'freeze':
      node?.freeze(one.ms);
      break;
    case 'partition':
      node?.cutOff(one.ms);
      break;
    case 'outage':
      trace(() => `the database is away for ${one.ms} ms`);
      database.goAway(one.ms);
      break;
    case 'clock-jump':
      trace(() => `the clock of the database is set by ${one.ms} ms`);
      database.jump(one.ms);
  }
}
