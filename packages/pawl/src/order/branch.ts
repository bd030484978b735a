import type { Branch, GuardFacts } from '../workflow/compiled.ts';
import type { EventCommand } from './command.ts';
import { hasRole } from './precondition.ts';
import type { Rejection } from './rejection.ts';
import type { Situation } from './situation.ts';

export type Choice =
  | { readonly ok: true; readonly branch: Branch }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Chooses the branch that an event takes: the first that the caller's role, the reason and the guard allow. If none is left,
 * the refusal names the first check that shut the last of them out.
 */
export function chooseBranch(
  branches: readonly Branch[],
  command: EventCommand,
  situation: Situation,
): Choice {
  const { event, reason } = command;
  const permitted = branches.filter((branch) => hasRole(situation.context.actor.roles, branch.roles));
  if (permitted.length === 0) {
    const roles = [...new Set(branches.flatMap((branch) => branch.roles))];
    return { ok: false, rejection: { code: 'role-required', action: event, roles } };
  }
  const explained = permitted.filter((branch) => !branch.reasonRequired || reason !== undefined);
  if (explained.length === 0) return { ok: false, rejection: { code: 'reason-required', event } };
  return firstThatHolds(explained, command, situation);
}

function firstThatHolds(branches: readonly Branch[], command: EventCommand, situation: Situation): Choice {
  let refusal = 'no alternative applies';
  for (const branch of branches) {
    if (branch.guard === null) return { ok: true, branch };
    const verdict = branch.guard.evaluate(guardFacts(command, situation));
    if (verdict.holds) return { ok: true, branch };
    refusal = verdict.reason;
  }
  return { ok: false, rejection: { code: 'guard-refused', event: command.event, reason: refusal } };
}

function guardFacts({ data }: EventCommand, { order, context, now }: Situation): GuardFacts {
  const { name, kind, roles } = context.actor;
  return {
    order: {
      id: order.id,
      external_id: order.externalId,
      customer_id: order.customerId,
      status: order.status,
      version: order.version,
      currency: order.currency,
      amount_total: order.amountTotal,
      items: order.items,
      metadata: order.metadata,
      created_at: order.createdAt,
      updated_at: order.updatedAt,
    },
    data: data ?? {},
    now,
    actor: { id: name, kind, roles },
  };
}
