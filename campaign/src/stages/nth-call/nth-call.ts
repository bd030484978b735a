import type { Store } from 'pawl';
import { createMemoryStore } from 'pawl/memory';
import { createSeededRandom, VirtualClock } from 'pawl/testing';
import { type Finding, finding } from '../../findings.ts';
import type { Database } from '../../subjects/subject.ts';
import type { Ground, Stage } from '../stage.ts';
import { LinkFault, WAYS, type Way } from './link.ts';
import { playScenario } from './scenario.ts';

/** When the scenarios begin, milliseconds since the epoch. */
const EPOCH = Date.UTC(2026, 0, 1);
/** How long a slice goes on, milliseconds: the next one goes on where it has ended. */
const SLICE_MS = 45_000;

export interface NthCallOptions {
  /** Every how-manieth call goes wrong; 1 for each of them. */
  readonly stride?: number;
  readonly sliceMs?: number;
}

/**
 * A fixed scenario in this process, again and again: each time another call of the store goes wrong, in each way, until every call
 * has; on the store in memory and on that of the subject.
 */
export function nthCall({ stride = 1, sliceMs = SLICE_MS }: NthCallOptions = {}): Stage {
  /** By the subject's name: a slice goes on where the one before it on the same subject has ended. */
  const places = new Map<string, Place>();
  return {
    name: 'nth-call',
    async run(ground) {
      const place = places.get(ground.subject.name) ?? { store: 0, way: 0, at: 1 };
      places.set(ground.subject.name, place);
      const until = Math.min(ground.until, performance.now() + sliceMs);
      const shared = await openShared(ground);
      const stores = [inMemory, () => shared];
      const counts = { 'calls gone wrong': 0, 'whole passes': 0 };
      const findings: Finding[] = [];
      while (performance.now() < until && findings.length === 0) {
        const way = WAYS[place.way] as Way;
        const timed = stores[place.store]?.() ?? shared;
        const fault = new LinkFault(place.at, way);
        const name = `${timed.store.capabilities.name}: call ${place.at}, ${way}`;
        const violations = await playScenario({
          ...timed,
          tenant: `${name} ${counts['calls gone wrong']}`,
          fault,
        });
        findings.push(
          ...violations.map(({ promise, orderId, detail }) =>
            finding(promise, `${name}: ${detail}`, orderId),
          ),
        );
        if (fault.calls >= place.at) {
          counts['calls gone wrong']++;
          place.at += stride;
        } else if (goOn(place, stores.length)) {
          counts['whole passes']++;
          break;
        }
      }
      await shared.store.close();
      await shared.database.drop();
      return { counts, findings };
    },
  };
}

/** Which call is to go wrong next, in which way and of which store. */
interface Place {
  store: number;
  way: number;
  at: number;
}

/** The scenario has no more calls: another way, or another store. True if that was all. */
function goOn(place: Place, stores: number): boolean {
  place.at = 1;
  place.way = (place.way + 1) % WAYS.length;
  if (place.way > 0) return false;
  place.store = (place.store + 1) % stores;
  return place.store === 0;
}

/** The one that all runs of a slice share. */
interface Shared extends Timed {
  readonly database: Database;
}

/** A store with the clock that it goes by. */
interface Timed {
  readonly store: Store;
  readonly clock: VirtualClock;
}

function inMemory(): Timed {
  const clock = new VirtualClock(EPOCH);
  return { clock, store: createMemoryStore({ clock, random: createSeededRandom('memory') }) };
}

/** One for all runs, each of which has a tenant of its own: to make a database takes longer than a run. */
async function openShared({ subject, dir, processes }: Ground): Promise<Shared> {
  const clock = new VirtualClock(EPOCH);
  const database = await subject.create(dir, processes);
  return { clock, store: await database.openStore(clock), database };
}
