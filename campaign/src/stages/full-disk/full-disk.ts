import type { Chance } from 'pawl/testing';
import { Drill } from '../../drill/drill.ts';
import { untilWell } from '../../drill/health.ts';
import { finding } from '../../findings.ts';
import type { ServerNode } from '../../processes/server-node.ts';
import type { Stage } from '../stage.ts';
import { diskOf } from './disks.ts';
import { fill, watchFull } from './watch-full.ts';

const CLIENTS = 8;
/** Within that time of there being room again every server must be well, milliseconds. */
const RETURN_MS_MAX = 15_000;

export interface FullDiskOptions {
  /** How often it is full, each time with more room than before. */
  readonly rounds?: number;
  /** How long it stays full at most, milliseconds: longer than a task's end is told in vain before it is given up. */
  readonly fullMs?: number;
}

/** The database cannot grow. What was acknowledged stays, all that reads goes on, and with more room everything does. */
export function fullDisk({ rounds = 2, fullMs = 15_000 }: FullDiskOptions = {}): Stage {
  return {
    name: 'full-disk',
    async run(ground) {
      const { chance, until } = ground;
      const disk = diskOf(ground);
      const drill = await Drill.begin(
        { ...ground, subject: disk.subject },
        { clients: CLIENTS, env: disk.env() },
      );
      await disk.shrink();
      const counts = { 'times full': 0, 'starts while full': 0 };
      for (let round = 0; round < rounds && performance.now() < until; round++) {
        if (!(await fill(drill, chance))) break;
        counts['times full']++;
        await watchFull(drill, disk.bytesMax(), chance.fraction() * fullMs, chance);
        for (const node of drill.nodes.filter(() => chance.happens(0.5))) {
          counts['starts while full']++;
          await end(node, chance, drill);
          await node.start(disk.env());
          await watchFull(drill, disk.bytesMax(), 1_000, chance);
        }
        await disk.enlarge();
        if (disk.isTold)
          for (const node of drill.nodes) {
            await end(node, chance, drill);
            await node.start(disk.env());
          }
        if ((await untilWell(drill.nodes, RETURN_MS_MAX)) === null)
          drill.findings.add(finding('return-late', 'there is room again, and a server is not well'));
      }
      const { counts: done, findings } = await drill.end();
      const refused = drill.callers.codes.get('store-full') ?? 0;
      return { counts: { ...counts, 'calls without room': refused, ...done }, findings };
    },
  };
}

/** By force or not: a full server can be stopped. */
async function end(node: ServerNode, chance: Chance, { findings }: Drill): Promise<void> {
  if (chance.happens(0.5)) {
    await node.kill();
    return;
  }
  const { code, signal } = await node.stop();
  if (code !== 0)
    findings.add(finding('drain-failed', `a full server was asked to end, and ended with ${code ?? signal}`));
}
