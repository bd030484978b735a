import type { Actor, Command, Precondition } from '../order/command.ts';
import type { AcceptedWork } from '../order/decision.ts';
import type { OrderEvent } from '../order/event.ts';
import type { Rejection } from '../order/rejection.ts';
import type { StockEntry } from '../order/stock.ts';
import type { LiveOrder } from '../order/work.ts';

/** One command for one order, with who asks and on what condition. */
export interface Request {
  readonly tenant: number;
  /** The order; absent for `create`, which makes an id of its own. */
  readonly orderId?: string | undefined;
  /** For `create`: the workflow to start, in its newest version. */
  readonly workflow?: string | undefined;
  readonly command: Command;
  readonly actor: Actor;
  readonly requestId?: string | undefined;
  /** Imports: when it happened, milliseconds since the epoch, not after now. Needs the role `importer`. */
  readonly occurredAt?: number | undefined;
  readonly precondition?: Precondition | undefined;
  /** Refuse with `precondition-required` if none is given, unless the workflow says it is optional. Default false. */
  readonly preconditionRequired?: boolean | undefined;
  readonly idempotency?: Idempotency | undefined;
}

/** The client's key and what identifies the call that it belongs to. */
export interface Idempotency {
  /** 1–255 visible characters, unquoted. Operations of a bulk call append their index. */
  readonly key: string;
  /** Any text that is equal exactly for equal calls: method, path and canonical body. */
  readonly call: string;
  /** The key was made from that of a call of many, which is counted as one. Default false. */
  readonly isPart?: boolean | undefined;
}

/** What became of a command. It is settled: nothing of it is answered before it is durable. */
export type Outcome = Accepted | Refused;

export interface Accepted {
  readonly ok: true;
  /** The order as the command left it. Of a replay: as it was then, without what is under way. */
  readonly order: LiveOrder;
  /** What the command recorded; empty for an edit that changed nothing. Of a replay: empty. */
  readonly events: readonly OrderEvent[];
  /** What the command did with stock, in turn. Of a replay: empty. */
  readonly stock: readonly StockEntry[];
  /** The event has started work in the background, or had before: its end is recorded later. */
  readonly accepted?: AcceptedWork;
  /** Answered from the idempotency record of an earlier, equal call. */
  readonly replayed: boolean;
}

export interface Refused {
  readonly ok: false;
  readonly rejection: Rejection;
  readonly replayed: boolean;
}
