import { measureCeiling } from './ceiling.ts';
import { type Answer, Connection, httpRequest } from './connection.ts';
import {
  type BenchOptions,
  CONNECTIONS,
  type Figure,
  figure,
  ms,
  withConnections,
  withPawl,
} from './harness.ts';
import { Latencies } from './latency.ts';
import { closedLoop, openLoop, type Script } from './load.ts';
import { createOrders, deploy, deployEndless, randomScript } from './orders.ts';
import type { ServerProcess } from './server-process.ts';

/** SKUs that preorders are spread over. */
const SKUS = 100;
const PLENTY = 100_000_000;
/** Pieces and buyers of the one that all want. */
const PIECES = 500;
const BUYERS = 10_000;
const PENDING_TIMERS = 100_000;
/** Orders a second whose timers fire while the server is loaded, for how long they are made, and when they fire. */
const FIRING_PER_SECOND = 200;
const FIRING_SECONDS = 8;
const FIRES_AFTER_MS = 10_000;
/** How long orders may take to end after the load. */
const END_MS = 60_000;

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

interface TrailEntry {
  readonly order_id: string;
  readonly type: string;
  readonly from: string | null;
  readonly to: string;
  readonly at: string;
}

/** Preorders from submission to CONFIRMED: reserved, charged by the simulated gateway, confirmed. */
export async function sagas({ seconds }: BenchOptions): Promise<Figure[]> {
  const ceiling = await measureCeiling(seconds / 2);
  return withPawl(async (server) => {
    const skus = Array.from({ length: SKUS }, (_, index) => `SKU-${index}`);
    for (const sku of skus) await setStock(server, sku, PLENTY);
    await submit(server, skus, 2);
    const before = await feedEnd(server);
    const load = await submit(server, skus, seconds);
    const ends = await endsOf(server, before, load.sentAt);
    const lasted = (ends.lastAt - load.beganAt) / 1000;
    const note = `${ends.states}, ${load.failures} failed, p99 of the answer ${load.answerP99.toFixed(1)} ms`;
    return [
      figure('preorders to CONFIRMED', ends.count / lasted, '/s', note),
      figure('p99 from sending to CONFIRMED', ends.latencies.quantile(0.99), 'ms'),
      figure(
        'preorders / ceiling',
        ends.count / lasted / ceiling.perSecond,
        'ratio',
        `ceiling ${Math.round(ceiling.perSecond)}/s`,
      ),
    ];
  });
}

/** One SKU with 500 pieces and 10,000 orders at once. */
export async function lastPieces(): Promise<Figure[]> {
  return withPawl(async (server) => {
    await setStock(server, 'WARM', PLENTY);
    await submit(server, ['WARM'], 2);
    await setStock(server, 'RARE', PIECES);
    const before = await feedEnd(server);
    const load = await submit(server, ['RARE'], END_MS / 1000, BUYERS);
    const ends = await endsOf(server, before, load.sentAt);
    const lasted = (ends.lastAt - load.beganAt) / 1000;
    const stock = await ask(server, httpRequest('GET', '/stock/RARE'));
    return [
      figure(
        `${BUYERS} orders for ${PIECES} pieces`,
        ends.count / lasted,
        '/s',
        `${ends.states}; ${stock.body}`,
      ),
    ];
  });
}

/** Transitions beside as many idle orders with and without far timers, in turns; then timers that fire under load. */
export async function timers({ seconds }: BenchOptions): Promise<Figure[]> {
  const plain: number[] = [];
  const laden: number[] = [];
  let late = new Latencies();
  await withPawl(async (without) => {
    await withPawl(async (withTimers) => {
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
        loads.push({ server, rates, script: randomScript(ids, CONNECTIONS) });
      }
      for (let turn = 0; turn < 6; turn++) {
        for (const { server, rates, script } of turn % 2 === 0 ? loads : loads.toReversed()) {
          const load = await withConnections(server.port, (connections) =>
            closedLoop(connections, script, seconds / 3),
          );
          // The first turn warms the servers up.
          if (turn > 0) rates.push(load.perSecond);
        }
      }
      late = await firing(withTimers, loads[1]?.script as Script);
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

async function firing(server: ServerProcess, script: Script): Promise<Latencies> {
  const before = await feedEnd(server);
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
  await withConnections(server.port, (connections) =>
    Promise.all([
      closedLoop(connections.slice(8), script, seconds),
      openLoop(connections.slice(0, 8), creating, FIRING_PER_SECOND, FIRING_SECONDS),
    ]),
  );
  const late = new Latencies();
  const created = new Map<string, number>();
  for await (const { order_id: id, type, at } of feed(server, before)) {
    if (!wanted.has(id)) continue;
    if (type === 'created') created.set(id, Date.parse(at));
    else late.add(Date.parse(at) - (created.get(id) ?? 0) - FIRES_AFTER_MS);
  }
  return late;
}

async function submit(
  server: ServerProcess,
  skus: readonly string[],
  seconds: number,
  count = Number.POSITIVE_INFINITY,
) {
  const sentAt = new Map<string, number>();
  const sending: number[] = [];
  let sent = 0;
  const script: Script = {
    next(connection) {
      if (sent >= count) return undefined;
      sending[connection] = Date.now();
      const items = [{ sku: skus[sent++ % skus.length], qty: 1, price: '9.99' }];
      return httpRequest('POST', '/orders', JSON.stringify({ workflow: 'preorder', items }));
    },
    answered(connection, { status, body }) {
      if (status !== 201) return false;
      const { order_id: id } = JSON.parse(body) as { order_id: string };
      sentAt.set(id, sending[connection] ?? 0);
      return true;
    },
  };
  const beganAt = Date.now();
  const load = await withConnections(server.port, (connections) => closedLoop(connections, script, seconds));
  return { sentAt, beganAt, failures: load.failures, answerP99: Number(ms(load)) };
}

/** Waits until each of the orders has ended; says when, and in which states. */
async function endsOf(server: ServerProcess, before: string, sentAt: ReadonlyMap<string, number>) {
  const latencies = new Latencies();
  const states = new Map<string, number>();
  let lastAt = 0;
  const ended = new Set<string>();
  const until = Date.now() + END_MS;
  for await (const { order_id: id, to, at } of feed(
    server,
    before,
    () => ended.size < sentAt.size && Date.now() < until,
  )) {
    const sent = sentAt.get(id);
    if (sent === undefined || ended.has(id) || !(to === 'CONFIRMED' || to === 'FAILED')) continue;
    ended.add(id);
    const time = Date.parse(at);
    latencies.add(time - sent);
    lastAt = Math.max(lastAt, time);
    states.set(to, (states.get(to) ?? 0) + 1);
  }
  if (ended.size < sentAt.size) throw new Error(`${sentAt.size - ended.size} orders have not ended`);
  const text = [...states].map(([state, number]) => `${number} ${state}`).join(', ');
  return { latencies, states: text, lastAt, count: ended.size };
}

/** The feed from a cursor on; waits for more as long as it is wanted. */
async function* feed(
  server: ServerProcess,
  from: string,
  wantsMore = () => false,
): AsyncIterable<TrailEntry> {
  const connection = await Connection.open(server.port);
  for (let cursor = from; ; ) {
    const after = cursor === '' ? '' : `&after=${encodeURIComponent(cursor)}`;
    const { body } = await connection.ask(httpRequest('GET', `/events?limit=100${after}`));
    const page = JSON.parse(body) as { data: { data: TrailEntry }[]; next_cursor: string };
    for (const { data } of page.data) yield data;
    cursor = page.next_cursor;
    if (page.data.length > 0) continue;
    if (!wantsMore()) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  connection.close();
}

async function feedEnd(server: ServerProcess): Promise<string> {
  const connection = await Connection.open(server.port);
  for (let cursor = ''; ; ) {
    const after = cursor === '' ? '' : `&after=${encodeURIComponent(cursor)}`;
    const { body } = await connection.ask(httpRequest('GET', `/events?limit=100${after}`));
    const page = JSON.parse(body) as { data: unknown[]; next_cursor: string };
    cursor = page.next_cursor;
    if (page.data.length > 0) continue;
    connection.close();
    return cursor;
  }
}

async function setStock(server: ServerProcess, sku: string, onHand: number): Promise<void> {
  const { status, body } = await ask(
    server,
    httpRequest('PUT', `/stock/${sku}`, JSON.stringify({ on_hand: onHand })),
  );
  if (status !== 200) throw new Error(`stock was refused: ${body}`);
}

async function ask({ port }: ServerProcess, request: string): Promise<Answer> {
  const connection = await Connection.open(port);
  const answer = await connection.ask(request);
  connection.close();
  return answer;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
