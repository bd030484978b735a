import type { Store } from '../../ports/store.ts';

/** What the parts of the suite work on. The store is new for each test. */
export interface StoreUnderTest {
  store: Store;
  /** Milliseconds that the store's clock is ahead. */
  skewMs: number;
  reopen: (() => Promise<void>) | null;
}
