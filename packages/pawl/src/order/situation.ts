import type { CompiledState, CompiledWorkflow } from '../workflow/compiled.ts';
import type { CommandContext } from './command.ts';
import type { LiveOrder } from './work.ts';

/** The definition that an order is pinned to. */
export interface PinnedWorkflow {
  readonly compiled: CompiledWorkflow;
  /** From 1. */
  readonly version: number;
  /** Content hash, 64 hexadecimal characters. */
  readonly hash: string;
}

/** All of the outside world that a decision may depend on. */
export interface Facts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly tenant: number;
  readonly orderId: string;
  /** Of a new order: the time in its id. Default `now`. */
  readonly createdAt?: number | null;
  /** Pieces that can be reserved, as believed: whoever writes the decision checks it again. 0 for an unknown SKU. */
  readonly available: (sku: string) => number;
  /** The queues that are subscribed to a topic. */
  readonly queues: (topic: string) => readonly string[];
}

/** Everything a rule may look at. */
export interface Situation {
  readonly order: LiveOrder;
  readonly workflow: PinnedWorkflow;
  readonly state: CompiledState;
  readonly context: CommandContext;
  readonly facts: Facts;
}
