import type { LiveOrder } from '../order/work.ts';
import type { RecordedEvent, Store, UnitVerdict } from '../ports/store.ts';
import type { Definitions } from './definitions.ts';

/**
 * The same store; whatever it gives is decided by definitions that are known here. Another node may have deployed one a moment
 * ago, and an order of it may come before the news.
 */
export function acquaintedStore(store: Store, definitions: Definitions): Store {
  async function knowing<T>(asked: Promise<T>, hashesOf: (answer: T) => Iterable<string>): Promise<T> {
    const answer = await asked;
    for (const hash of hashesOf(answer)) {
      if (definitions.has(hash)) continue;
      await definitions.refresh();
      break;
    }
    return answer;
  }

  return {
    ...store,
    load: (keys, before) => knowing(store.load(keys, before), ofOrders),
    list: (query) => knowing(store.list(query), (orders) => orders.map(({ workflowHash }) => workflowHash)),
    deadLetters: (query) => knowing(store.deadLetters(query), ofOrders),
    trail: (query) => knowing(store.trail(query), ofEvents),
    feed: (query) => knowing(store.feed(query), ({ events }) => ofEvents(events)),
    commit: (units) => knowing(store.commit(units), ofVerdicts),
  };
}

function* ofOrders(orders: readonly (LiveOrder | undefined)[]): Iterable<string> {
  for (const order of orders) if (order !== undefined) yield order.workflowHash;
}

function* ofVerdicts(verdicts: readonly UnitVerdict[]): Iterable<string> {
  for (const verdict of verdicts)
    if (verdict.kind === 'conflict' && verdict.current !== undefined) yield verdict.current.workflowHash;
}

function* ofEvents(events: readonly RecordedEvent[]): Iterable<string> {
  for (const { head } of events) yield head.workflowHash;
}
