import { targetOf } from './branch.ts';
import type { Actor } from './command.ts';
import { decide } from './decide.ts';
import type { DraftEvent } from './event.ts';
import type { Order } from './order.ts';
import { stateOf, workAt } from './place.ts';
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
  const { on } = stateOf(workflow.compiled, order.status);
  const context = { ...UNCONDITIONAL, actor };
  const facts = { now, tenant: order.tenant, orderId: order.id, available: () => 0, queues: () => [] };
  return [...workflow.compiled.events.keys()].map((event) => {
    const decision = decide(order, { kind: 'event', event, reason: UNSAID }, context, workflow, facts);
    if (!decision.ok) {
      const [first = null] = on.get(event)?.map(targetOf) ?? [];
      return { event, to: first, allowed: false, reasons: [decision.rejection] };
    }
    const run = decision.work.runs.find((one) => one.event === event);
    const to = run === undefined ? nextState(order, decision.events) : workAt(workflow.compiled, run).done;
    return { event, to, allowed: true, reasons: [] };
  });
}

/** Where the first event leads that moves the order: work that has nothing to wait for ends with the command. */
function nextState({ status }: Order, events: readonly DraftEvent[]): string {
  return events.find(({ head }) => head.from !== head.to)?.head.to ?? status;
}

const UNCONDITIONAL = {
  commandId: '',
  requestId: null,
  occurredAt: null,
  precondition: null,
  preconditionRequired: false,
};
