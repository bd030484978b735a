import type { CompiledState, CompiledWorkflow } from '../workflow/compiled.ts';
import type { CommandContext } from './command.ts';
import type { Order } from './order.ts';

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
}

/** Everything a rule may look at. */
export interface Situation {
  readonly order: Order;
  readonly workflow: PinnedWorkflow;
  readonly state: CompiledState;
  readonly context: CommandContext;
  readonly now: number;
}
