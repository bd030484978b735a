import type { Command } from '../../order/command.ts';
import type { Rejection } from '../../order/rejection.ts';

/**
 * What a run has shown to those outside of it: what they asked and were told, and what was done for it elsewhere. Moments are
 * places in one order over all observers, such as a counter or a clock that none of them can see step back.
 */
export interface History {
  readonly calls: readonly Call[];
  readonly reads: readonly Read[];
  readonly stockCalls: readonly StockCall[];
  readonly attempts: readonly Attempt[];
  readonly effects: readonly Effect[];
  /** Steps whose effects are all told of, by the name of their task: of these, what is recorded must also have happened. */
  readonly watched: readonly string[];
  readonly subscriptions: readonly Subscription[];
}

/** One attempt of a client to have a command carried out. A repetition under the same key is another call. */
export interface Call {
  /** Recorded with every event that the call causes; different for each call. */
  readonly requestId: string;
  readonly client: string;
  readonly tenant: number;
  /** The order that is meant; null for a creation. */
  readonly orderId: string | null;
  readonly command: Command;
  /** The idempotency key, if there was one. */
  readonly key: string | null;
  readonly beganAt: number;
  /** Null as long as nothing was answered. */
  readonly endedAt: number | null;
  readonly answer: Answer;
}

export type Answer =
  | {
      readonly kind: 'accepted';
      readonly orderId: string;
      /** The order as the command left it. */
      readonly version: number;
      readonly status: string;
      /** This very call has changed the order; else it has found it so, is a replay, or its caller cannot know. */
      readonly isStep: boolean;
      readonly replayed: boolean;
    }
  | { readonly kind: 'refused'; readonly rejection: Rejection; readonly replayed: boolean }
  /** A fault, silence, or a call that was never answered: it was carried out once or not at all. */
  | { readonly kind: 'unknown' };

/** An order as a reader saw it. */
export interface Read {
  readonly tenant: number;
  readonly orderId: string;
  readonly beganAt: number;
  readonly endedAt: number;
  /** Null where there was no such order. */
  readonly seen: { readonly version: number; readonly status: string } | null;
}

/** A change of stock by hand. */
export interface StockCall {
  readonly tenant: number;
  readonly sku: string;
  readonly kind: 'set' | 'adjust';
  readonly value: number;
  readonly key: string | null;
  readonly answer: 'changed' | 'refused' | 'unknown';
}

/** A handler, or an outside worker, began to carry out a task. */
export interface Attempt {
  /** The task's id. */
  readonly effectKey: string;
  readonly token: number;
  readonly task: string;
}

/** What a step of an order has come to in the world outside, by its effect key. */
export interface Effect {
  readonly effectKey: string;
  readonly task: string;
  /** How often it has really happened. */
  readonly times: number;
  /** It was taken back; of a step that never happened: it was forbidden to happen later. */
  readonly undone: boolean;
  /** Decimal text, where money was moved. */
  readonly amount: string | null;
}

/** What a reader of the feed was given, from the beginning on and in that order. */
export interface Subscription {
  readonly tenant: number;
  readonly events: readonly {
    /** Null where a reader is not told it, as over HTTP: then the feed as it is in the end says it. */
    readonly position: number | null;
    readonly orderId: string;
    readonly version: number;
  }[];
}
