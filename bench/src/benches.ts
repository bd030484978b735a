import { join } from 'node:path';
import { measureCeiling } from './ceiling.ts';
import { Connection, httpRequest } from './connection.ts';
import {
  type Bench,
  type BenchOptions,
  CONNECTIONS,
  type Figure,
  figure,
  ms,
  withConnections,
  withPawl,
} from './harness.ts';
import { closedLoop, type LoadResult, openLoop } from './load.ts';
import { createOrders, deployEndless, lifecycleScript, randomScript } from './orders.ts';
import { startPawl } from './server-process.ts';
import { lastPieces, sagas, timers } from './work-benches.ts';

/** How long the kernel is given to write back what a large load has left behind. */
const WRITE_BACK_MS = 30_000;

/** By name, in the order in which they run. */
export const BENCHES: Readonly<Record<string, Bench>> = {
  start,
  transitions,
  keyed,
  paced,
  bulk,
  growth,
  memory,
  sagas,
  lastPieces,
  timers,
};

async function start(): Promise<Figure[]> {
  return withPawl(async (first, dir) => {
    await first.stop();
    const again = await startPawl(join(dir, 'pawl.db'), join(dir, 'again.log'));
    await again.stop();
    return [
      figure('start to ready, new database', first.startMs, 'ms'),
      figure('start to ready, existing database', again.startMs, 'ms'),
    ];
  });
}

/** The ceiling and the transitions take turns in one run, so that a change of the machine's pace meets both. */
async function transitions({ seconds }: BenchOptions): Promise<Figure[]> {
  const ceiling = await measureCeiling(seconds);
  const figures = await withPawl(async ({ port }) => {
    const { ids } = await createOrders(port, 15_000 * seconds, 'retail');
    const script = lifecycleScript(ids, 'retail', CONNECTIONS);
    const load = await withConnections(port, (connections) => closedLoop(connections, script, seconds));
    await expectAgreement(port, ids, script.acknowledged);
    return [
      figure('ceiling: bare node:http', ceiling.perSecond, '/s', `p99 ${ms(ceiling)} ms`),
      figure(
        'transitions',
        load.perSecond,
        '/s',
        `p99 ${ms(load)} ms, ${load.failures} failed, answers agree with the database`,
      ),
      figure('transitions / ceiling', load.perSecond / ceiling.perSecond, 'ratio'),
    ];
  });
  return figures;
}

async function keyed({ seconds }: BenchOptions): Promise<Figure[]> {
  return withPawl(async ({ port }) => {
    await deployEndless(port);
    const { ids } = await createOrders(port, 20_000, 'endless');
    const plain = await withConnections(port, (connections) =>
      closedLoop(connections, randomScript(ids, CONNECTIONS), seconds),
    );
    const { ids: others } = await createOrders(port, 20_000, 'endless');
    const withKeys = await withConnections(port, (connections) =>
      closedLoop(connections, randomScript(others, CONNECTIONS, true), seconds),
    );
    return [
      figure('transitions with an Idempotency-Key', withKeys.perSecond, '/s', `${withKeys.failures} failed`),
      figure('with a key / without', withKeys.perSecond / plain.perSecond, 'ratio'),
    ];
  });
}

async function paced({ seconds }: BenchOptions): Promise<Figure[]> {
  return withPawl(async ({ port }) => {
    // A quarter of them warm the server up: a service that takes orders has been running for a while.
    const { ids } = await createOrders(port, 1_000 * seconds, 'retail');
    const quarter = Math.floor(ids.length / 4);
    await withConnections(port, (connections) =>
      openLoop(connections, lifecycleScript(ids.slice(0, quarter), 'retail', CONNECTIONS), 1_000, 2),
    );
    const load = await withConnections(port, (connections) =>
      openLoop(connections, lifecycleScript(ids.slice(quarter), 'retail', CONNECTIONS), 1_000, seconds),
    );
    const p50 = load.latencies.quantile(0.5).toFixed(2);
    return [
      figure('p99 at 1,000/s', load.latencies.quantile(0.99), 'ms', `p50 ${p50} ms, ${load.failures} failed`),
    ];
  });
}

async function bulk(): Promise<Figure[]> {
  return withPawl(async ({ port }) => {
    const count = 200_000;
    const { seconds } = await createOrders(port, count, 'retail');
    return [figure('orders created in bulk', count / seconds, '/s')];
  });
}

async function growth({ seconds, orders }: BenchOptions): Promise<Figure[]> {
  return withPawl(async ({ port }) => {
    await deployEndless(port);
    const { ids: first } = await createOrders(port, 10_000, 'endless');
    // Unmeasured: a server that has just started is slower than it will be.
    await withConnections(port, (connections) =>
      closedLoop(connections, randomScript(first, CONNECTIONS), seconds),
    );
    const { ids } = await createOrders(port, 10_000, 'endless');
    const small = await withConnections(port, (connections) =>
      closedLoop(connections, randomScript(ids, CONNECTIONS), seconds),
    );
    const { ids: more } = await createOrders(port, orders - 2 * ids.length, 'endless');
    // Loading leaves hundreds of megabytes for the kernel to write: they are not what this is about.
    await new Promise((resolve) => setTimeout(resolve, WRITE_BACK_MS));
    const step = (some: readonly string[]): Promise<LoadResult> =>
      withConnections(port, (connections) =>
        closedLoop(connections, randomScript(some, CONNECTIONS), seconds),
      );
    const recent = await step(more.slice(-ids.length));
    const spread = await step(more.slice(0, -ids.length));
    const list = await pageTime(port, '/orders?status=HELD');
    const all = orders.toLocaleString('en');
    return [
      figure('transitions on 10,000 of 20,000 orders', small.perSecond, '/s', `${small.failures} failed`),
      figure(
        `10,000 of ${all} orders`,
        recent.perSecond,
        '/s',
        `${recent.failures} failed, p99 ${ms(recent)} ms`,
      ),
      figure(`10,000 of ${all} / 10,000`, recent.perSecond / small.perSecond, 'ratio'),
      figure(
        `all of ${all} orders at random`,
        spread.perSecond,
        '/s',
        `${spread.failures} failed, p99 ${ms(spread)} ms`,
      ),
      figure(`all of ${all} at random / 10,000`, spread.perSecond / small.perSecond, 'ratio'),
      figure(`first page by status at ${all} orders`, list, 'ms', 'slowest of 20, under no load'),
    ];
  });
}

/** Five minutes of full load; the figure compares the second minute's end with the fifth's. */
async function memory(): Promise<Figure[]> {
  return withPawl(async (server) => {
    await deployEndless(server.port);
    const { ids } = await createOrders(server.port, 100_000, 'endless');
    const script = randomScript(ids, CONNECTIONS);
    const samples: number[] = [];
    for (let minute = 1; minute <= 5; minute++) {
      await withConnections(server.port, (connections) => closedLoop(connections, script, 60));
      samples.push(server.rss() / 2 ** 20);
    }
    const growth = ((samples[4] ?? 0) / (samples[1] ?? 1) - 1) * 100;
    return [
      figure(
        'resident memory, minute 2 to 5',
        growth,
        '% growth',
        `MiB by minute: ${samples.map((s) => s.toFixed(0)).join(', ')}`,
      ),
    ];
  });
}

/** Every acknowledged step is in the database and nothing else is: versions count them. */
async function expectAgreement(port: number, ids: readonly string[], acknowledged: number): Promise<void> {
  const connection = await Connection.open(port);
  let steps = 0;
  let path: string | null = '/orders?limit=100';
  let read = 0;
  while (path !== null) {
    const { data, next_cursor: cursor } = JSON.parse(
      (await connection.ask(httpRequest('GET', path))).body,
    ) as {
      data: { version: number }[];
      next_cursor: string | null;
    };
    steps += data.reduce((sum, { version }) => sum + version - 1, 0);
    read += data.length;
    path = cursor === null ? null : `/orders?limit=100&cursor=${encodeURIComponent(cursor)}`;
  }
  connection.close();
  if (read !== ids.length || steps !== acknowledged) {
    throw new Error(
      `${acknowledged} steps of ${ids.length} orders were acknowledged, ${steps} of ${read} are recorded`,
    );
  }
}

async function pageTime(port: number, path: string): Promise<number> {
  const connection = await Connection.open(port);
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    const began = performance.now();
    await connection.ask(httpRequest('GET', path));
    times.push(performance.now() - began);
  }
  connection.close();
  return Math.max(...times);
}
