import type { Chance } from 'pawl/testing';
import type { Processes } from '../processes/processes.ts';
import { Wire, type WireFault } from './wire.ts';

export interface Wires {
  /** One for each server, in their order. */
  readonly all: readonly Wire[];
  /** Makes the next. */
  readonly wayTo: (databaseUrl: string) => Promise<string>;
}

/** The same faults, beginning with another one each time. */
export function inTurn(faults: readonly WireFault[], chance: Chance): readonly WireFault[] {
  const first = chance.int(0, faults.length - 1);
  return [...faults.slice(first), ...faults.slice(0, first)];
}

/** A way of its own for each server of a drill, each of which can go bad. They end with the processes. */
export function wireUp(processes: Processes): Wires {
  const all: Wire[] = [];
  return {
    all,
    async wayTo(databaseUrl) {
      const wire = await Wire.start(databaseUrl);
      processes.endToo(() => wire.close());
      all.push(wire);
      return wire.url;
    },
  };
}
