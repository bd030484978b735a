import type { Clock } from '../ports/clock.ts';
import type { Observe } from '../ports/observe.ts';
import type { Store } from '../ports/store.ts';

/** The calls that are timed. */
const TIMED = ['load', 'commit', 'lookup', 'trail', 'list', 'count', 'feed', 'expireKeys', 'deploy'] as const;

/** The same store; the time of each call that reads or writes orders is told. */
export function observeStore(store: Store, clock: Clock, observe: Observe): Store {
  const observed: Store = Object.create(store) as Store;
  for (const operation of TIMED) {
    const call = store[operation].bind(store) as (...args: unknown[]) => Promise<unknown>;
    const timed = async (...args: unknown[]): Promise<unknown> => {
      const began = clock.monotonic();
      try {
        return await call(...args);
      } finally {
        observe({ kind: 'store', operation, seconds: (clock.monotonic() - began) / 1000 });
      }
    };
    Object.defineProperty(observed, operation, { value: timed });
  }
  return observed;
}
