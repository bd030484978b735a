/** What the engine tells of its own work, for metrics. It is called on the path of every commit: it must be quick and never throw. */
export type Observe = (observation: Observation) => void;

export type Observation =
  /** A call of the store, in seconds. */
  | { readonly kind: 'store'; readonly operation: string; readonly seconds: number }
  /** A command with an idempotency key: whether it was answered from the record of an earlier one. */
  | { readonly kind: 'idempotency'; readonly result: 'hit' | 'miss' }
  /** A committed batch. */
  | { readonly kind: 'batch'; readonly units: number; readonly commands: number };
