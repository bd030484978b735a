import type { WorkflowDefinition } from '../../workflow/definition.ts';

/** A simulation as data: the same plan runs alike every time, and a part of it runs too. All times in milliseconds. */
export interface Plan {
  /** What is not planned falls by this: how long messages take, ids, pauses between attempts. */
  readonly seed: string;
  readonly topology: Topology;
  readonly workflows: readonly WorkflowDefinition[];
  /** Pieces in the house by SKU. */
  readonly stock: Readonly<Record<string, number>>;
  readonly rates: FaultRates;
  /** When no fault happens any more: from then on every order must come to rest. */
  readonly healAt: number;
  readonly steps: readonly Step[];
  readonly disturbances: readonly Disturbance[];
}

export interface Topology {
  /** How many nodes serve. One, if the store has but one writer. */
  readonly nodes: number;
  /** One process at a time, as with a file; else any number, as with a server. */
  readonly exclusiveWriter: boolean;
  readonly lanes: number;
  readonly unitsPerCommitMax: number;
  readonly queueMax: number;
  readonly cacheBytesMax: number;
  readonly taskSlots: number;
  readonly leaseMs: number;
  /** Outside workers that claim tasks and queues. */
  readonly workers: number;
  /** How wrong the clock of each node is. */
  readonly skewsMs: readonly number[];
}

/** How often a single message goes wrong, as parts of all. */
export interface FaultRates {
  /** A call of the store is not carried out, and fails. */
  readonly storeLost: number;
  /** It is carried out, and its answer is lost. */
  readonly storeReplyLost: number;
  /** It fails, and is carried out some time later all the same. */
  readonly storeLate: number;
  /** The node dies as it makes the call, or once it was carried out. */
  readonly crashBefore: number;
  readonly crashAfter: number;
  /** A call takes seconds. */
  readonly storeSlow: number;
  /** One unit of a commit cannot be written. */
  readonly unitFailed: number;
  /** An effect is asked for and is refused for now. */
  readonly effectBusy: number;
  /** It fails before it has happened. */
  readonly effectFails: number;
  /** It happens, and nobody is told. */
  readonly effectReplyLost: number;
  /** It is never answered. */
  readonly effectHangs: number;
  /** It happens long after whoever asked has given up. */
  readonly effectLate: number;
  /** It takes longer than a lease. */
  readonly effectSlow: number;
  /** A worker dies with what it has claimed. */
  readonly workerDies: number;
  /** A message of a worker, or a call with a key, is delivered a second time. */
  readonly duplicate: number;
}

export const NO_FAULTS: FaultRates = {
  storeLost: 0,
  storeReplyLost: 0,
  storeLate: 0,
  crashBefore: 0,
  crashAfter: 0,
  storeSlow: 0,
  unitFailed: 0,
  effectBusy: 0,
  effectFails: 0,
  effectReplyLost: 0,
  effectHangs: 0,
  effectLate: 0,
  effectSlow: 0,
  workerDies: 0,
  duplicate: 0,
};

/** What a client does. Orders are named by the step that creates them, whose `id` it is. */
export type Step = { readonly id: number; readonly at: number; readonly keyed: boolean } & (
  | {
      readonly kind: 'create';
      readonly workflow: string;
      readonly lines: readonly { readonly sku: string; readonly qty: number }[];
      /** What comes of its effects. */
      readonly fate: Fate;
    }
  | ({ readonly order: number } & OrderStep)
  | { readonly kind: 'adjust-stock'; readonly sku: string; readonly delta: number }
  /** A new version, on one of the nodes: the others learn of it. */
  | { readonly kind: 'deploy'; readonly definition: WorkflowDefinition }
);

/** `declined`: refused for good by whoever carries it out. */
export type Fate = 'ok' | 'declined';

export type OrderStep =
  | { readonly kind: 'event'; readonly event: string; readonly precondition: 'none' | 'seen' | 'stale' }
  | { readonly kind: 'set-status'; readonly status: string }
  | { readonly kind: 'edit'; readonly qty: number }
  | { readonly kind: 'read' }
  | { readonly kind: 'review' | 'redrive' }
  | { readonly kind: 'retry-dead' }
  | { readonly kind: 'resolve'; readonly outcome: 'done' | 'failed' };

/** What befalls the machines at a planned time. */
export type Disturbance = { readonly at: number } & (
  | { readonly kind: 'crash'; readonly node: number; readonly downMs: number }
  /** Ends as an operator ends it, and starts again. */
  | { readonly kind: 'restart'; readonly node: number }
  | { readonly kind: 'freeze'; readonly node: number; readonly ms: number }
  /** The node cannot reach the store. */
  | { readonly kind: 'partition'; readonly node: number; readonly ms: number }
  /** Nobody can. */
  | { readonly kind: 'outage'; readonly ms: number }
  /** The store's clock is set, forward or back. */
  | { readonly kind: 'clock-jump'; readonly ms: number }
);
