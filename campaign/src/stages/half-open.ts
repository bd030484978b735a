import { setTimeout as sleep } from 'node:timers/promises';
import { Drill } from '../drill/drill.ts';
import { untilWell } from '../drill/health.ts';
import { WIRE_FAULTS, type WireFault } from '../drill/wire.ts';
import { inTurn, wireUp } from '../drill/wires.ts';
import { finding } from '../findings.ts';
import type { Stage } from './stage.ts';

const CLIENTS = 10;
/** Faults of one slice: each kind once. */
const FAULTS = WIRE_FAULTS;
/** How long the way is good before a fault, and bad: at most, milliseconds. A server gives up an answer after some twelve seconds. */
const GOOD_MS = 1_500;
const BAD_MS = 15_000;
/** How often it is the way of both servers that is bad. */
const BOTH_PART = 0.3;
/** Within that time of the way being good again every server must be well, milliseconds: some connections have yet to be given up. */
const RETURN_MS_MAX = 20_000;

export interface HalfOpenOptions {
  readonly faults?: readonly WireFault[];
  readonly badMs?: number;
}

/** The way from servers to their database goes bad under load, in every way that networks do. */
export function halfOpen({ faults = FAULTS, badMs = BAD_MS }: HalfOpenOptions = {}): Stage {
  return {
    name: 'half-open',
    async run(ground) {
      const { chance, until } = ground;
      const wires = wireUp(ground.processes);
      const drill = await Drill.begin(ground, { clients: CLIENTS, wayTo: wires.wayTo });
      const counts = Object.fromEntries(faults.map((fault) => [fault, 0]));
      let slowest = 0;
      for (const fault of inTurn(faults, chance)) {
        if (performance.now() >= until) break;
        await sleep(chance.fraction() * GOOD_MS);
        const bad = chance.happens(BOTH_PART) ? wires.all : [chance.pick(wires.all)];
        for (const wire of bad) wire.break(fault);
        counts[fault] = (counts[fault] ?? 0) + 1;
        await sleep((0.5 + chance.fraction() / 2) * badMs);
        await Promise.all(bad.map((wire) => wire.mend()));
        const ms = await untilWell(drill.nodes, RETURN_MS_MAX);
        if (ms === null)
          drill.findings.add(finding('return-late', `${fault}, then mended: a server is not well again`));
        slowest = Math.max(slowest, ms ?? RETURN_MS_MAX);
      }
      const { counts: done, findings } = await drill.end();
      const peaks = { 'ms until well again': Math.round(slowest) };
      return { counts: { ...counts, ...done }, peaks, findings };
    },
  };
}
