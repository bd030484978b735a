import type { Actor } from './command.ts';
import { decide } from './decide.ts';
import type { Rejection } from './rejection.ts';
import type { PinnedWorkflow } from './situation.ts';
import type { LiveOrder } from './work.ts';

/** Whether an event could be sent now, and why not. */
export interface Action {
  readonly event: string;
  /** Where it leads from the order's state: the branch that it would take, else the first one. Null where it is not legal. */
  readonly to: string | null;
  readonly allowed: boolean;
  readonly reasons: readonly Rejection[];
}

/** A reason can always be given, so that its absence is no reason why an event could not be sent. */
const UNSAID = '';

/** Tries every event of the workflow on the order, as the actor would send it without data. */
export function actionsOf(
  order: LiveOrder,
  actor: Actor,
  workflow: PinnedWorkflow,
  now: number,
): readonly Action[] {
  const state = workflow.compiled.states.get(order.status);
  const context = { ...UNCONDITIONAL, actor };
  const facts = { now, tenant: order.tenant, orderId: order.id, available: () => 0, queues: () => [] };
  return [...workflow.compiled.events.keys()].map((event) => {
    const decision = decide(order, { kind: 'event', event, reason: UNSAID }, context, workflow, facts);
    const first = state?.on.get(event)?.[0]?.to ?? null;
    if (decision.ok) return { event, to: decision.events[0]?.head.to ?? first, allowed: true, reasons: [] };
    return { event, to: first, allowed: false, reasons: [decision.rejection] };
  });
}

const UNCONDITIONAL = {
  commandId: '',
  requestId: null,
  occurredAt: null,
  precondition: null,
  preconditionRequired: false,
};
