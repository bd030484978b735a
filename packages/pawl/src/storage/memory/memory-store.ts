import type { Order } from '../../order/order.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import {
  type OrderKey,
  type Store,
  type StoredDefinition,
  StoreUnavailableError,
} from '../../ports/store.ts';
import { createSystemRandom, systemClock } from '../../ports/system.ts';
import { writeUnit } from './commit.ts';
import { readFeed, readList, readTrail } from './reads.ts';
import { createTables, type Tables } from './tables.ts';

export interface MemoryStoreOptions {
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

/** A store for tests, trials and simulation: correct, complete, and gone with the process. */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  const { clock = systemClock, random = createSystemRandom() } = options;
  const tables = createTables();
  const secret = random.hex(32);
  let closed = false;

  /** Every answer comes later, as a real store's does, and none after closing. */
  async function answer<T>(read: () => T): Promise<T> {
    if (closed) throw new StoreUnavailableError('the memory store is closed');
    return read();
  }

  return {
    capabilities: { name: 'memory', exclusiveWriter: true, lanes: 1, unitsPerCommitMax: 1_000 },
    now: () => clock.now(),
    ping: () => answer(() => undefined),
    close: async () => {
      closed = true;
    },
    secret: () => answer(() => secret),
    internTenant: (name) => answer(() => intern(tables.tenants, name)),
    internActor: (tenant, kind, name) =>
      answer(() => internActor(tables, `${tenant} ${kind} ${name}`, { kind, name })),
    definitions: () => answer(() => [...tables.definitions]),
    deploy: (definition) =>
      answer(() => {
        const { tenant, name, hash, content, unlessEver } = definition;
        const versions = tables.definitions.filter((known) => known.tenant === tenant && known.name === name);
        const same = unlessEver ? versions.find((known) => known.hash === hash) : versions.at(-1);
        if (same?.hash === hash) return { definition: same, created: false };
        const deployed: StoredDefinition = {
          tenant,
          name,
          hash,
          content,
          version: nextVersion(tables, tenant, name),
          deployedAt: clock.now(),
        };
        tables.definitions.push(deployed);
        return { definition: deployed, created: true };
      }),
    load: (keys) => answer(() => keys.map((key) => orderOf(tables, key))),
    commit: (units) => answer(() => units.map((unit) => writeUnit(tables, unit, clock.now()))),
    lookup: (key, version, commandId) =>
      answer(() => {
        const event = tables.events.get(key.orderId)?.[version - 1];
        return orderOf(tables, key) !== undefined && event?.payload?.commandId === commandId;
      }),
    trail: (query) => answer(() => readTrail(tables, query)),
    list: (query) => answer(() => readList(tables, query)),
    count: (filter) =>
      answer(
        () =>
          readList(tables, {
            ...filter,
            direction: 'asc',
            after: null,
            offset: 0,
            limit: Number.POSITIVE_INFINITY,
          }).length,
      ),
    feed: (query) => answer(() => readFeed(tables, query)),
    expireKeys: (limit) => answer(() => expireKeys(tables, clock.now(), limit)),
  };
}

/** A tenant's own versions count on from the shared ones of that name. */
function nextVersion(tables: Tables, tenant: number, name: string): number {
  const seen = tables.definitions.filter(
    (known) => known.name === name && [0, tenant].includes(known.tenant),
  );
  return Math.max(0, ...seen.map(({ version }) => version)) + 1;
}

function orderOf(tables: Tables, { tenant, orderId }: OrderKey): Order | undefined {
  const order = tables.orders.get(orderId);
  return order?.tenant === tenant ? order : undefined;
}

function intern(numbers: Map<string, number>, name: string): number {
  const number = numbers.get(name) ?? numbers.size + 1;
  numbers.set(name, number);
  return number;
}

function internActor(tables: Tables, key: string, actor: Tables['actors'][number]): number {
  const known = tables.actorNumbers.get(key);
  if (known !== undefined) return known;
  const number = tables.actors.push(actor);
  tables.actorNumbers.set(key, number);
  return number;
}

function expireKeys(tables: Tables, now: number, limit: number): number {
  const expired = [...tables.keys.values()].filter((record) => record.expiresAt <= now).slice(0, limit);
  for (const record of expired) tables.keys.delete(record.hash);
  return expired.length;
}
