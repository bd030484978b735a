import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import {
  type Deployment,
  type NewDefinition,
  type Store,
  type StoredDefinition,
  StoreUnavailableError,
} from '../../ports/store.ts';
import { createSystemRandom, systemClock } from '../../ports/system.ts';
import { internActor } from './actors.ts';
import { writeUnit } from './commit.ts';
import { examine } from './examination.ts';
import { expireKeys } from './keys.ts';
import { liveOrderOf, readDeadLetters, readFeed, readList, readTrail } from './reads.ts';
import { changeStock, listStock, loadStock, readMovements } from './stock.ts';
import { createTables, type Tables } from './tables.ts';
import { claimTasks, listTasks, peekWork, updateTask } from './work/tasks.ts';

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
    internActor: (tenant, kind, name) => answer(() => internActor(tables, tenant, kind, name)),
    definitions: (after) => answer(() => tables.definitions.slice(after)),
    deploy: (definition) => answer(() => deploy(tables, definition, clock.now())),
    load: (keys) => answer(() => keys.map((key) => liveOrderOf(tables, key))),
    commit: (units) => answer(() => units.map((unit) => writeUnit(tables, unit, clock.now()))),
    lookup: (key, version, commandId) =>
      answer(() => {
        const event = tables.events.get(key.orderId)?.[version - 1];
        return event?.head.tenant === key.tenant && event.payload?.commandId === commandId;
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
    loadStock: (keys) => answer(() => loadStock(tables, keys)),
    changeStock: (change) => answer(() => changeStock(tables, change, clock.now())),
    listStock: (query) => answer(() => listStock(tables, query)),
    movements: (query) => answer(() => readMovements(tables, query)),
    peekWork: (query) => answer(() => peekWork(tables, query, clock.now())),
    claim: (query) => answer(() => claimTasks(tables, query, clock.now())),
    updateTasks: (updates) => answer(() => updates.map((update) => updateTask(tables, update))),
    listTasks: (query) => answer(() => listTasks(tables, query, clock.now())),
    deadLetters: (query) => answer(() => readDeadLetters(tables, query)),
    expireKeys: (limit) => answer(() => expireKeys(tables, clock.now(), limit)),
    examine: (query) => answer(() => examine(tables, query, clock.now())),
  };
}

function deploy(tables: Tables, definition: NewDefinition, now: number): Deployment {
  const { tenant, name, hash, content, unlessEver } = definition;
  const versions = tables.definitions.filter((known) => known.tenant === tenant && known.name === name);
  const same = unlessEver ? versions.find((known) => known.hash === hash) : versions.at(-1);
  if (same?.hash === hash) return { definition: same, created: false };
  const version = nextVersion(tables, tenant, name);
  const number = tables.definitions.length + 1;
  const deployed: StoredDefinition = { number, tenant, name, hash, content, version, deployedAt: now };
  tables.definitions.push(deployed);
  return { definition: deployed, created: true };
}

/** A tenant's own versions count on from the shared ones of that name. */
function nextVersion(tables: Tables, tenant: number, name: string): number {
  const seen = tables.definitions.filter(
    (known) => known.name === name && [0, tenant].includes(known.tenant),
  );
  return Math.max(0, ...seen.map(({ version }) => version)) + 1;
}

function intern(numbers: Map<string, number>, name: string): number {
  const number = numbers.get(name) ?? numbers.size + 1;
  numbers.set(name, number);
  return number;
}
