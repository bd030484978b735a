import { setTimeout as sleep } from 'node:timers/promises';
import { Drill } from '../drill/drill.ts';
import { finding } from '../findings.ts';
import { FAULTS, type FaultName } from '../service/faults.ts';
import type { Stage } from './stage.ts';

const CLIENTS = 8;
/** The part of all calls that go wrong while one fault is tried alone, and while all are mixed. */
const ALONE_RATE = 0.7;
const MIXED_RATE = 0.4;

export interface GatewayOptions {
  /** How long the service fails in each way, milliseconds. */
  readonly faultMs?: number;
  /** How long it fails in all of them at once, milliseconds. */
  readonly mixedMs?: number;
}

/** The outside service fails in every way there is, one after the other and all at once. All orders come to rest, and money balances. */
export function gateway({ faultMs = 2_000, mixedMs = 15_000 }: GatewayOptions = {}): Stage {
  return {
    name: 'gateway',
    async run(ground) {
      const { chance, until } = ground;
      const drill = await Drill.begin(ground, { clients: CLIENTS });
      const { service, nodes } = drill;
      await service.control({ servers: nodes.flatMap(({ url }) => url ?? []) });
      // From another one each time: a campaign that is short gets to all of them, slice after slice.
      const first = chance.int(0, NAMES.length - 1);
      let tried = 0;
      for (; tried < NAMES.length && performance.now() < until; tried++) {
        const name = NAMES[(first + tried) % NAMES.length] ?? 'slow';
        await service.control({ trouble: { rate: ALONE_RATE, faults: [name] } });
        await sleep(faultMs);
      }
      await service.control({ trouble: { rate: MIXED_RATE, faults: NAMES } });
      await sleep(Math.min(mixedMs, Math.max(0, until - performance.now())));
      const result = await drill.end();
      const { effects } = drill.history();
      const moved = effects.filter(({ amount, times }) => amount !== null && times > 0);
      if (moved.length === 0) drill.findings.add(finding('stage-failed', 'the service has moved no money'));
      const charges = {
        'ways to fail': tried,
        charges: moved.length,
        'charges taken back': moved.filter(({ undone }) => undone).length,
      };
      return { counts: { ...charges, ...result.counts }, findings: drill.findings.all() };
    },
  };
}

const NAMES = Object.keys(FAULTS) as FaultName[];
