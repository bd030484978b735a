import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from 'pawl/testing';
import { Drill } from '../drill/drill.ts';
import type { ServerNode } from '../processes/server-node.ts';
import type { Stage } from './stage.ts';

const CLIENTS = 12;
/** Kills of one slice, on one database: enough that its start and its end weigh little, few enough that it can be judged at once. */
const KILLS = 100;
/** How long a server works before it is killed; how long a start goes on, or an end: at most, milliseconds. */
const WORK_MS = 1_200;
const START_MS = 700;
const DRAIN_MS = 150;
/** How often the outside service is killed while a server works. */
const SERVICE_PART = 0.2;

/** How much goes wrong at the outside service meanwhile. */
const TROUBLE = {
  rate: 0.1,
  faults: [
    'slow',
    'reset-before',
    'reset-after',
    'error-before',
    'error-after',
    'unavailable',
    'silence-after',
  ],
} as const;

/** SIGKILL under load, again and again: of a server at work, at its start and in its drain, and of the outside service. */
export function kills(most = KILLS): Stage {
  return {
    name: 'kills',
    async run(ground) {
      const { chance, until } = ground;
      const drill = await Drill.begin(ground, { clients: CLIENTS, trouble: TROUBLE });
      const counts = {
        'kills at work': 0,
        'kills at start': 0,
        'kills in drain': 0,
        'kills of the service': 0,
      };
      for (let made = 0; made < most && performance.now() < until; made++) {
        const node = chance.pick(drill.nodes);
        const way = made === 0 ? 'at work' : chance.pick(WAYS);
        if (chance.happens(SERVICE_PART)) {
          counts['kills of the service']++;
          await Promise.all([KILL[way](node, chance), drill.service.restart()]);
        } else await KILL[way](node, chance);
        counts[`kills ${way}`]++;
        await node.start();
      }
      const { counts: done, findings } = await drill.end();
      return { counts: { ...counts, ...done }, findings };
    },
  };
}

type Way = 'at work' | 'at start' | 'in drain';
const WAYS: readonly Way[] = ['at work', 'at work', 'at work', 'at work', 'at start', 'in drain'];

const KILL: Readonly<Record<Way, (node: ServerNode, chance: Chance) => Promise<unknown>>> = {
  async 'at work'(node, chance) {
    await sleep(chance.fraction() * WORK_MS);
    await node.kill();
  },
  async 'at start'(node, chance) {
    await node.kill();
    const begun = node.begin().catch(() => undefined);
    await sleep(chance.fraction() * START_MS);
    await node.kill();
    await begun;
  },
  async 'in drain'(node, chance) {
    await sleep(chance.fraction() * WORK_MS);
    const end = node.stop();
    await sleep(chance.fraction() * DRAIN_MS);
    await node.kill();
    await end;
  },
};
