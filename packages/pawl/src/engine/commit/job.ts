import type { KeyRecord } from '../../ports/store.ts';
import type { Outcome, Request } from '../request.ts';

/** A request with all that deciding it needs. */
export interface PlannedCommand {
  readonly request: Request;
  readonly orderId: string;
  /** Names the order together with its tenant. */
  readonly orderKey: string;
  readonly commandId: string;
  /** The hashes of the request's idempotency key and call, or null without one. */
  readonly key: { readonly hash: string; readonly fingerprint: string } | null;
  /** For `create`: the time in the order's id, which is also when it was created. */
  readonly createdAt: number | null;
}

/** A request on its way through a lane. */
export interface Job extends PlannedCommand {
  /** How often a commit found the order changed or a key taken. */
  attempts: number;
  /** How often stock was not what the decision took it to be. */
  stockChanges: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (fault: unknown) => void;
}

/** An equal, earlier call has settled this one: it is answered from the record. */
export interface Replay {
  readonly job: Job;
  readonly record: KeyRecord;
}
