import { type Bench, type Figure, figure, type Setting } from '../bench.ts';
import { httpRequest } from '../load/connection.ts';
import { feed, feedEnd } from '../load/feed.ts';
import { Latencies } from '../load/latency.ts';
import { withLines } from '../load/lines.ts';
import { closedLoop, openLoop, type Script } from '../load/loops.ts';
import { createOrders, deploy, deployEndless } from '../load/orders.ts';
import { anyOf, flipScript } from '../load/scripts.ts';
import { median } from '../report/median.ts';
import { withPawl } from '../servers/processes.ts';

const PENDING_TIMERS = 100_000;
/** Orders a second whose timers fire while the server is loaded, for how long they are made, and when they fire. */
const FIRING_PER_SECOND = 200;
const FIRING_SECONDS = 8;
const FIRES_AFTER_MS = 10_000;

const ITEM = { sku: 'A-1', qty: 1, price: '9.99' };

const PATIENT = {
  name: 'patient',
  initial: 'WAITING',
  states: {
    WAITING: { after: { '30d': 'OVER' }, on: { close: 'OVER' } },
    OVER: { final: true },
  },
};
/** The same without a timer: what is compared is the timers, and not how large the file is. */
const IDLE = {
  ...PATIENT,
  name: 'idle',
  states: { ...PATIENT.states, WAITING: { on: { close: 'OVER' } } },
};
const BRIEF = {
  name: 'brief',
  initial: 'WAITING',
  states: {
    WAITING: { after: { [`${FIRES_AFTER_MS}ms`]: 'OVER' }, on: { close: 'OVER' } },
    OVER: { final: true },
  },
};

/** Transitions beside as many idle orders with and without far timers, in turns; then timers that fire under load. */
export const timers: Bench = { stores: ['sqlite', 'postgres'], run };

async function run({ store, seconds }: Setting): Promise<Figure[]> {
  const plain: number[] = [];
  const laden: number[] = [];
  let late = new Latencies();
  await withPawl(store, async (without) => {
    await withPawl(store, async (withTimers) => {
      for (const { port } of [without, withTimers]) await deployEndless(port);
      await deploy(without.port, IDLE);
      await deploy(withTimers.port, PATIENT);
      await deploy(withTimers.port, BRIEF);
      await createOrders(without.port, PENDING_TIMERS, 'idle');
      await createOrders(withTimers.port, PENDING_TIMERS, 'patient');
      const loads = [];
      for (const [server, rates] of [
        [without, plain],
        [withTimers, laden],
      ] as const) {
        const { ids } = await createOrders(server.port, 10_000, 'endless');
        loads.push({ server, rates, script: flipScript(anyOf(ids)) });
      }
      for (let turn = 0; turn < 6; turn++) {
        for (const { server, rates, script } of turn % 2 === 0 ? loads : loads.toReversed()) {
          const load = await withLines(server.port, (lines) => closedLoop(lines, script, seconds / 3));
          // The first turn warms the servers up.
          if (turn > 0) rates.push(load.perSecond);
        }
      }
      late = await firing(withTimers.port, loads[1]?.script as Script);
    });
  });
  const [one, other] = [plain, laden].map(median) as [number, number];
  return [
    figure('transitions without timers', one, '/s'),
    figure(`transitions beside ${PENDING_TIMERS} pending timers`, other, '/s'),
    figure('beside pending timers / without', other / one, 'ratio'),
    figure('timers: p99 of being late under load', late.quantile(0.99), 'ms', `${late.count} fired`),
  ];
}

async function firing(port: number, script: Script): Promise<Latencies> {
  const before = await feedEnd(port);
  const wanted = new Set<string>();
  const request = httpRequest('POST', '/orders', JSON.stringify({ workflow: 'brief', items: [ITEM] }));
  const creating: Script = {
    next: () => request,
    answered(_, { status, body }) {
      if (status === 201) wanted.add((JSON.parse(body) as { order_id: string }).order_id);
      return status === 201;
    },
  };
  const seconds = FIRING_SECONDS + FIRES_AFTER_MS / 1000 + 2;
  await withLines(port, (lines) =>
    Promise.all([
      closedLoop(lines.slice(8), script, seconds),
      openLoop(lines.slice(0, 8), creating, FIRING_PER_SECOND, FIRING_SECONDS),
    ]),
  );
  const late = new Latencies();
  const created = new Map<string, number>();
  for await (const { order_id: id, type, at } of feed(port, before)) {
    if (!wanted.has(id)) continue;
    if (type === 'created') created.set(id, Date.parse(at));
    else late.add(Date.parse(at) - (created.get(id) ?? 0) - FIRES_AFTER_MS);
  }
  return late;
}
