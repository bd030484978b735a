import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from 'pawl/testing';
import { Drill } from '../../drill/drill.ts';
import { wishToCreate } from '../../drill/wish.ts';
import { finding } from '../../findings.ts';
import type { ServerNode } from '../../processes/server-node.ts';
import type { Stage } from '../stage.ts';
import { Crowd } from './crowd.ts';
import { Durations } from './durations.ts';

const CLIENTS = 8;
/** Milliseconds of undisturbed load, after which a server's memory is what it needs for that. */
const QUIET_MS = 2_000;
/** Between two looks at memory, and two calls that are timed. */
const LOOK_MS = 200;
/**
 * By how much a server may grow for each connection, and for the load beside them: bytes. Twice what was measured with 300. A connection
 * alone could have it keep 20 MiB of answers before its requests waited for each other.
 */
const CONNECTION_BYTES_MAX = 1_048_576;
const GROWTH_BYTES_MAX = 256 * 1_048_576;
/** Milliseconds that a server may take to end with all of them on it: what it gives those who send nothing, those who do not read, and tasks. */
const DRAIN_MS_MAX = 25_000;

export interface ClientsOptions {
  /** Connections at once. */
  readonly connections?: number;
  /** How long they stay before the servers are ended, milliseconds: longer than the longest limit of a server. */
  readonly stayMs?: number;
}

/** Hundreds of connections of those who do not behave: everybody else is answered, they are ended, and a server ends with them on it. */
export function clients({ connections = 300, stayMs = 80_000 }: ClientsOptions = {}): Stage {
  return {
    name: 'clients',
    async run(ground) {
      const { chance, until } = ground;
      const drill = await Drill.begin(ground, { clients: CLIENTS });
      await sleep(QUIET_MS);
      const crowd = new Crowd({ nodes: drill.nodes, findings: drill.findings, chance: chance.fork('crowd') });
      const over = Math.min(until, performance.now() + stayMs);
      const memory = drill.nodes.map((node) => watchMemory(node, connections, over, drill));
      crowd.come(connections);
      const timed = await timeCalls(drill, chance.fork('timed'), over);
      const peaks = await Promise.all(memory);
      const drained = await drainAll(drill);
      crowd.leave();
      await Promise.all(drill.nodes.map((node) => node.start()));
      const { counts, findings } = await drill.end();
      return {
        counts: { ...crowd.counts, ...counts },
        peaks: {
          ...timed,
          'MiB of memory': Math.round(Math.max(...peaks) / 1_048_576),
          'ms of a drain': drained,
        },
        findings,
      };
    },
  };
}

/** How long the slowest hundredth of those who behave waits, milliseconds. */
async function timeCalls({ callers }: Drill, chance: Chance, over: number) {
  const reads = new Durations();
  const creations = new Durations();
  for (let turn = 0; performance.now() < over; turn++) {
    await reads.time(() => callers.send({ method: 'GET', path: '/orders?limit=1' }, chance));
    const who = { client: 'timed', key: `timed-${turn}` };
    await creations.time(() => callers.call(wishToCreate('retail', ORDER, who), chance));
    await sleep(LOOK_MS);
  }
  return { 'p99 of a list in ms': reads.p99(), 'p99 of a creation in ms': creations.p99() };
}

const ORDER = {
  kind: 'create',
  externalId: null,
  customerId: null,
  currency: 'EUR',
  items: [{ sku: 'A', qty: 1, price: '9.99' }],
  metadata: {},
} as const;

/** The most that a server has needed. */
async function watchMemory(
  node: ServerNode,
  connections: number,
  over: number,
  { findings }: Drill,
): Promise<number> {
  const before = node.rssBytes() ?? 0;
  let most = before;
  for (; performance.now() < over; await sleep(LOOK_MS)) most = Math.max(most, node.rssBytes() ?? 0);
  if (most - before > GROWTH_BYTES_MAX + connections * CONNECTION_BYTES_MAX) {
    const detail = `${node.name} has grown from ${before} to ${most} bytes with ${connections} connections`;
    findings.add(finding('memory-unbounded', detail));
  }
  return most;
}

/** Ends all servers with everything that is on them; the longest time that one has taken, milliseconds. */
async function drainAll({ nodes, findings }: Drill): Promise<number> {
  let longest = 0;
  for (const node of nodes) {
    const began = performance.now();
    const { code, signal } = await node.stop();
    const ms = Math.round(performance.now() - began);
    longest = Math.max(longest, ms);
    if (code === 0 && ms <= DRAIN_MS_MAX) continue;
    findings.add(
      finding(
        'drain-failed',
        `${node.name} was asked to end, and ended with ${code ?? signal} after ${ms} ms`,
      ),
    );
  }
  return longest;
}
