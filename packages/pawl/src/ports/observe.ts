import type { OrderEvent } from '../order/event.ts';

/** What the engine tells of its own work, for metrics. It is called on the path of every commit: it must be quick and never throw. */
export type Observe = (observation: Observation) => void;

export type Observation =
  /** A call of the store, in seconds. */
  | { readonly kind: 'store'; readonly operation: string; readonly seconds: number }
  /** A call with an idempotency key that was answered: whether from the record of an earlier one. A call of many says so once. */
  | { readonly kind: 'idempotency'; readonly result: 'hit' | 'miss' }
  /** A committed batch. */
  | { readonly kind: 'batch'; readonly units: number; readonly commands: number }
  /** An attempt at a task that this node has made; `lost`: somebody else holds the task by now, or the program is ending. */
  | {
      readonly kind: 'attempt';
      readonly task: string;
      readonly result: 'done' | 'failed' | 'retry' | 'handed-over' | 'lost';
      readonly seconds: number;
    }
  /** A command that nobody has sent, such as the end of a task or a due timer: what it recorded, or the code of its refusal. */
  | {
      readonly kind: 'own-command';
      readonly command: 'end-task' | 'lapse-task' | 'timer';
      readonly tenant: number;
      readonly orderId: string;
      readonly events: readonly OrderEvent[];
      readonly refusal: string | null;
      readonly seconds: number;
    };
