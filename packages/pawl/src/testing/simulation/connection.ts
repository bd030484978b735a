import {
  type Store,
  type StoreCapabilities,
  StoreUnavailableError,
  type TaskUpdate,
  type Unit,
  type UnitVerdict,
} from '../../ports/store.ts';
import type { Chance } from './chance.ts';
import type { SimulatedDatabase } from './database.ts';
import { type Host, never } from './host.ts';
import type { FaultRates } from './plan.ts';
import type { Schedule } from './schedule.ts';
import type { Trace } from './trace.ts';

/** A message takes up to that long, milliseconds; a slow one up to the other. */
const MESSAGE_MS = 6;
const SLOW_MS = 8_000;
/** Messages that go wrong together with one, at most. */
const BURST_MAX = 3;
/** What was given up may be carried out up to that much later. */
const LATE_MS = 20_000;

export interface ConnectionTools {
  readonly schedule: Schedule;
  readonly database: SimulatedDatabase;
  readonly host: Host;
  readonly chance: Chance;
  readonly capabilities: StoreCapabilities;
  /** How often messages go wrong, as of now. */
  readonly rates: () => FaultRates;
  /** Whether this node can reach the database, as of now. */
  readonly isCutOff: () => boolean;
  readonly trace: Trace;
  /** The process dies at this very moment. */
  readonly die: () => void;
}

/** A store as a node has it: behind a network that loses, delays and forgets, on a machine that may die between two calls. */
export function connect(tools: ConnectionTools): Store {
  const { database, capabilities } = tools;
  const { store } = database;
  const call = caller(tools);
  return {
    capabilities,
    now: () => database.clock.now(),
    close: async () => undefined,
    ping: () =>
      call(
        () => 'ping',
        () => store.ping(),
      ),
    secret: () =>
      call(
        () => 'secret',
        () => store.secret(),
      ),
    internTenant: (name) =>
      call(
        () => 'intern-tenant',
        () => store.internTenant(name),
      ),
    internActor: (tenant, kind, name) =>
      call(
        () => 'intern-actor',
        () => store.internActor(tenant, kind, name),
      ),
    definitions: (after) =>
      call(
        () => 'definitions',
        () => store.definitions(after),
      ),
    deploy: (definition) =>
      call(
        () => 'deploy',
        () => store.deploy(definition),
      ),
    load: (keys, before) =>
      call(
        () => 'load',
        () => store.load(keys, before),
      ),
    commit: (units) =>
      call(
        () => `commit ${unitsText(units)}`,
        () => commitSome(units, tools),
        verdictsText,
      ),
    lookup: (key, version, commandId) =>
      call(
        () => 'lookup',
        () => store.lookup(key, version, commandId),
      ),
    trail: (query) =>
      call(
        () => 'trail',
        () => store.trail(query),
      ),
    list: (query) =>
      call(
        () => 'list',
        () => store.list(query),
      ),
    count: (query) =>
      call(
        () => 'count',
        () => store.count(query),
      ),
    feed: (query) =>
      call(
        () => 'feed',
        () => store.feed(query),
      ),
    loadStock: (keys) =>
      call(
        () => 'load-stock',
        () => store.loadStock(keys),
      ),
    changeStock: (change) =>
      call(
        () => 'change-stock',
        () => store.changeStock(change),
      ),
    listStock: (query) =>
      call(
        () => 'list-stock',
        () => store.listStock(query),
      ),
    movements: (query) =>
      call(
        () => 'movements',
        () => store.movements(query),
      ),
    peekWork: (query) =>
      call(
        () => 'peek',
        () => store.peekWork(query),
      ),
    claim: (query) =>
      call(
        () => 'claim',
        () => store.claim(query),
      ),
    updateTasks: (updates) =>
      call(
        () => `update ${updatesText(updates)}`,
        () => store.updateTasks(updates),
      ),
    listTasks: (query) =>
      call(
        () => 'list-tasks',
        () => store.listTasks(query),
      ),
    deadLetters: (query) =>
      call(
        () => 'dead-letters',
        () => store.deadLetters(query),
      ),
    examine: (query) =>
      call(
        () => 'examine',
        () => store.examine(query),
      ),
    expireKeys: (limit) =>
      call(
        () => 'expire-keys',
        () => store.expireKeys(limit),
      ),
  };
}

/** `tell` says in a trace what was answered. */
type Call = <T>(name: () => string, carryOut: () => Promise<T>, tell?: (answer: T) => string) => Promise<T>;

function caller(tools: ConnectionTools): Call {
  const { schedule, host, chance, rates, capabilities, trace } = tools;
  const away = () => new StoreUnavailableError('simulated: the store has not answered');
  const delay = () => {
    const slow = chance.happens(rates().storeSlow);
    return schedule.wait(chance.fraction() * (slow ? SLOW_MS : MESSAGE_MS));
  };

  /** In a file the process carries everything out itself: nothing happens while it is frozen, and nothing once it is dead. */
  async function carriedOut<T>(carryOut: () => Promise<T>): Promise<T> {
    if (capabilities.exclusiveWriter) await host.enter(Promise.resolve());
    return carryOut();
  }

  /** Where a message goes wrong, some of the next ones do too. */
  let failing = 0;
  function goesWrong(rate: number): boolean {
    if (rate === 0) return false;
    if (failing > 0) {
      failing--;
      return true;
    }
    if (!chance.happens(rate)) return false;
    failing = chance.int(0, BURST_MAX);
    return true;
  }

  async function send<T>(
    name: () => string,
    carryOut: () => Promise<T>,
    tell: (answer: T) => string,
  ): Promise<T> {
    const { storeLost, storeReplyLost, storeLate, crashBefore, crashAfter } = rates();
    if (chance.happens(crashBefore)) {
      trace(() => `dies before ${name()}`);
      tools.die();
      return never();
    }
    await delay();
    if (tools.database.isAway || tools.isCutOff() || goesWrong(storeLost)) {
      trace(() => `${name()} is lost`);
      await delay();
      throw away();
    }
    if (!capabilities.exclusiveWriter && chance.happens(storeLate)) {
      trace(() => `${name()} is given up, and carried out later`);
      schedule.in(chance.fraction() * LATE_MS, () => void carryOut().catch(() => undefined));
      throw away();
    }
    const answer = await carriedOut(carryOut);
    trace(() => name() + tell(answer));
    if (chance.happens(crashAfter)) {
      trace(() => `dies after ${name()}`);
      tools.die();
    }
    await delay();
    if (tools.isCutOff() || goesWrong(storeReplyLost)) {
      trace(() => `the answer to ${name()} is lost`);
      throw away();
    }
    return answer;
  }

  return async (name, carryOut, tell = () => '') => {
    await host.enter(Promise.resolve());
    return host.enter(send(name, carryOut, tell));
  };
}

/** One of the units may be one that cannot be written; the others are not harmed. */
async function commitSome(
  units: readonly Unit[],
  { chance, rates, database }: ConnectionTools,
): Promise<readonly UnitVerdict[]> {
  if (!chance.happens(rates().unitFailed)) return database.store.commit(units);
  const poisoned = chance.int(0, units.length - 1);
  const verdicts = await database.store.commit(units.filter((_, index) => index !== poisoned));
  const cause = new StoreUnavailableError('simulated: the unit cannot be written');
  return verdicts.toSpliced(poisoned, 0, { kind: 'failed', cause });
}

function unitsText(units: readonly Unit[]): string {
  return units
    .map(({ orderId, events }) => {
      const what = events.map(
        ({ head }) => `${head.version} ${head.type} ${head.event ?? head.task ?? ''} → ${head.to}`,
      );
      return `${orderId.slice(-4)}: ${what.join('; ') || 'keys'}`;
    })
    .join(' | ');
}

function updatesText(updates: readonly TaskUpdate[]): string {
  return updates.map(({ kind, id, token }) => `${kind} ${id.slice(26)} by token ${token}`).join(', ');
}

function verdictsText(verdicts: readonly UnitVerdict[]): string {
  const kinds = verdicts.map(({ kind }) => kind);
  return kinds.every((kind) => kind === 'committed') ? '' : `: ${kinds.join(', ')}`;
}
