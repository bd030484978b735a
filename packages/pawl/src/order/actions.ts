import type { Branch } from '../workflow/compiled.ts';
import type { Actor } from './command.ts';
import { decide } from './decide.ts';
import type { DraftEvent } from './event.ts';
import type { Rejection } from './rejection.ts';
import type { PinnedWorkflow } from './situation.ts';
import type { LiveOrder } from './work.ts';

/** Whether an event could be sent now, and why not. */
export interface Action {
  readonly event: string;
  /** Where it leads from the order's state, if by work: the branch that it would take, else the first one. Null where it is not legal. */
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
    const branches = state?.on.get(event) ?? [];
    if (!decision.ok) {
      return { event, to: targetOf(branches[0]), allowed: false, reasons: [decision.rejection] };
    }
    const run = decision.accepted && decision.work.runs.findLast((one) => one.event === event);
    const to = run === undefined ? firstTarget(decision.events) : targetOf(branches[run.branch]);
    return { event, to, allowed: true, reasons: [] };
  });
}

/** Where the first event leads that moves the order: work that has nothing to wait for ends with the command. */
function firstTarget(events: readonly DraftEvent[]): string | null {
  const moved = events.find(({ head }) => head.from !== head.to) ?? events[0];
  return moved?.head.to ?? null;
}

function targetOf(branch: Branch | undefined): string | null {
  return branch?.to ?? branch?.work?.done ?? null;
}

const UNCONDITIONAL = {
  commandId: '',
  requestId: null,
  occurredAt: null,
  precondition: null,
  preconditionRequired: false,
};
