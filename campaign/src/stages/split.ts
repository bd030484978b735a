import { setTimeout as sleep } from 'node:timers/promises';
import type { CreateCommand } from 'pawl';
import { Callers } from '../drill/callers.ts';
import { Drill } from '../drill/drill.ts';
import type { Exchange } from '../drill/exchange.ts';
import { untilWell } from '../drill/health.ts';
import type { WireFault } from '../drill/wire.ts';
import { inTurn, wireUp } from '../drill/wires.ts';
import { wishToCreate } from '../drill/wish.ts';
import { finding } from '../findings.ts';
import type { ServerNode } from '../processes/server-node.ts';
import type { Ground, Stage } from './stage.ts';

const CLIENTS = 8;
/** How often a server is cut off in one slice. */
const CUTS = 3;
/** How a server is cut off; what it has sent comes late, or never, or it knows at once. */
const WAYS: readonly WireFault[] = ['held', 'silent', 'gone', 'deaf'];
/** How long both work before one is cut off, at most, milliseconds. */
const WORK_MS = 1_500;
/** Calls that are made to the one that is cut off, and the time between two, milliseconds. */
const PROBES = 10;
const PROBE_MS = 700;
/** Within that time each of them must be answered with 503, milliseconds: the longest statement, and what is asked after it. */
const ANSWER_MS_MAX = 30_000;
/** Within that time of the way being good again it must be well, milliseconds. */
const RETURN_MS_MAX = 20_000;
/** A call of the server that is not cut off: long for one that shares two cores with much else, and far below what a wait for the other would be. */
const OTHER_MS_MAX = 10_000;

export interface SplitOptions {
  readonly cuts?: number;
  readonly ways?: readonly WireFault[];
}

/** One server is cut off from the database and the other goes on: the first says so and acknowledges nothing, and what it sends late does no harm. */
export function split({ cuts = CUTS, ways = WAYS }: SplitOptions = {}): Stage {
  return {
    name: 'split',
    async run(ground) {
      const { chance, until } = ground;
      const wires = wireUp(ground.processes);
      const drill = await Drill.begin(ground, { clients: CLIENTS, wayTo: wires.wayTo });
      const counts = { cuts: 0, 'calls of who is cut off': 0, 'calls of the other': 0 };
      const peaks = { 'ms to a 503': 0, 'ms until well again': 0 };
      const way = inTurn(ways, chance);
      for (; counts.cuts < cuts && performance.now() < until; counts.cuts++) {
        await sleep(chance.fraction() * WORK_MS);
        const index = chance.int(0, drill.nodes.length - 1);
        const [node, wire, other] = [drill.nodes[index], wires.all[index], drill.nodes[1 - index]];
        if (node === undefined || wire === undefined || other === undefined)
          throw new RangeError('there are no two nodes');
        wire.break(way[counts.cuts % way.length] as WireFault);
        const [slowest, acknowledged] = await Promise.all([
          askCutOff(node, drill, ground),
          askOther(other, drill, ground),
        ]);
        counts['calls of who is cut off'] += PROBES;
        counts['calls of the other'] += acknowledged;
        await wire.mend();
        const ms = await untilWell(drill.nodes, RETURN_MS_MAX);
        if (ms === null)
          drill.findings.add(finding('return-late', 'the way is good again, and a server is not well'));
        peaks['ms to a 503'] = Math.max(peaks['ms to a 503'], Math.round(slowest));
        peaks['ms until well again'] = Math.max(
          peaks['ms until well again'],
          Math.round(ms ?? RETURN_MS_MAX),
        );
      }
      const { counts: done, findings } = await drill.end();
      return { counts: { ...counts, ...done }, peaks, findings };
    },
  };
}

const ORDER: CreateCommand = {
  kind: 'create',
  externalId: null,
  customerId: null,
  currency: 'EUR',
  items: [{ sku: 'A', qty: 1, price: '9.99' }],
  metadata: {},
};

let asked = 0;

/** Calls the one that is cut off. Gives the milliseconds of the slowest answer. */
async function askCutOff(node: ServerNode, drill: Drill, { chance }: Ground): Promise<number> {
  const { recorder, findings } = drill;
  const name = `cut-off-${asked++}-`;
  const callers = new Callers({ nodes: [node], recorder, findings, name, patienceMs: ANSWER_MS_MAX });
  let slowest = 0;
  const watch = async (what: string, answer: Promise<unknown>): Promise<void> => {
    const began = performance.now();
    const told = await answer;
    slowest = Math.max(slowest, performance.now() - began);
    if (told !== null)
      findings.add(finding('split-brain', `${what} of a server that is cut off: ${JSON.stringify(told)}`));
  };
  const under: Promise<void>[] = [];
  for (let probe = 0; probe < PROBES; probe++) {
    const who = { client: name, key: null };
    under.push(watch('a creation', callers.call(wishToCreate('retail', ORDER, who), chance)));
    under.push(
      watch('a read', callers.send({ method: 'GET', path: '/orders?limit=1' }, chance).then(unless503)),
    );
    await sleep(PROBE_MS);
  }
  await Promise.all(under);
  callers.close();
  const told = callers.codes.get('store-unavailable') ?? 0;
  if (told < PROBES) {
    const codes = JSON.stringify([...callers.codes]);
    findings.add(
      finding(
        'cut-off-and-silent',
        `of ${PROBES} creations of a server that is cut off ${told} were refused in time: ${codes}`,
      ),
    );
  }
  return slowest;
}

function unless503(answer: Exchange | null): object | null {
  return answer?.status === 503 ? null : { status: answer?.status ?? 'no answer', body: answer?.body };
}

/** Calls the other meanwhile. Gives how many creations it has acknowledged: it is not to be kept waiting. */
async function askOther(node: ServerNode, drill: Drill, { chance }: Ground): Promise<number> {
  const { recorder, findings } = drill;
  const name = `other-${asked++}-`;
  const callers = new Callers({ nodes: [node], recorder, findings, name, patienceMs: OTHER_MS_MAX });
  let acknowledged = 0;
  for (let probe = 0; probe < PROBES; probe++) {
    const told = await callers.call(wishToCreate('retail', ORDER, { client: name, key: null }), chance);
    if (told?.kind === 'accepted') acknowledged++;
    await sleep(PROBE_MS);
  }
  callers.close();
  if (acknowledged < PROBES) {
    const codes = JSON.stringify([...callers.codes]);
    findings.add(
      finding(
        'other-disturbed',
        `the other server has acknowledged ${acknowledged} of ${PROBES} creations meanwhile: ${codes}`,
      ),
    );
  }
  return acknowledged;
}
