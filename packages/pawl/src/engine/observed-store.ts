import type { Clock } from '../ports/clock.ts';
import type { Observe } from '../ports/observe.ts';
import type { Store } from '../ports/store.ts';

/** The same store; of each call that reads or writes data it is told how long it took. */
export function observeStore(store: Store, clock: Clock, observe: Observe): Store {
  async function timed<T>(operation: string, call: () => Promise<T>): Promise<T> {
    const began = clock.monotonic();
    try {
      return await call();
    } finally {
      observe({ kind: 'store', operation, seconds: (clock.monotonic() - began) / 1000 });
    }
  }

  return {
    capabilities: store.capabilities,
    now: () => store.now(),
    ping: () => store.ping(),
    close: () => store.close(),
    secret: () => store.secret(),
    internTenant: (name) => store.internTenant(name),
    internActor: (tenant, kind, name) => store.internActor(tenant, kind, name),
    definitions: (after) => store.definitions(after),
    deploy: (definition) => timed('deploy', () => store.deploy(definition)),
    load: (keys, before) => timed('load', () => store.load(keys, before)),
    commit: (units) => timed('commit', () => store.commit(units)),
    lookup: (key, version, commandId) => timed('lookup', () => store.lookup(key, version, commandId)),
    trail: (query) => timed('trail', () => store.trail(query)),
    list: (query) => timed('list', () => store.list(query)),
    count: (filter) => timed('count', () => store.count(filter)),
    feed: (query) => timed('feed', () => store.feed(query)),
    loadStock: (keys) => timed('load_stock', () => store.loadStock(keys)),
    changeStock: (change) => timed('change_stock', () => store.changeStock(change)),
    listStock: (query) => timed('list_stock', () => store.listStock(query)),
    movements: (query) => timed('movements', () => store.movements(query)),
    peekWork: (query) => timed('peek_work', () => store.peekWork(query)),
    claim: (query) => timed('claim', () => store.claim(query)),
    updateTasks: (updates) => timed('update_tasks', () => store.updateTasks(updates)),
    listTasks: (query) => timed('list_tasks', () => store.listTasks(query)),
    deadLetters: (query) => timed('dead_letters', () => store.deadLetters(query)),
    expireKeys: (limit) => timed('expire_keys', () => store.expireKeys(limit)),
    examine: (query) => timed('examine', () => store.examine(query)),
  };
}
