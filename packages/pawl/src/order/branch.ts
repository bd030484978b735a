import type { Branch } from '../workflow/compiled.ts';
import type { EventCommand } from './command.ts';
import { eventFacts } from './guard-facts.ts';
import { hasRole } from './precondition.ts';
import type { Rejection } from './rejection.ts';
import type { Situation } from './situation.ts';

/** An event as a client sends it. */
export type Sent = Omit<EventCommand, 'kind'>;

export type Choice =
  | { readonly ok: true; readonly branch: Branch }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Chooses the branch that an event takes: the first that the caller's role, the reason and the guard allow. If none is left,
 * the refusal names the first check that shut the last of them out.
 */
export function chooseBranch(branches: readonly Branch[], command: Sent, situation: Situation): Choice {
  const { event, reason } = command;
  const permitted = branches.filter((branch) => hasRole(situation.context.actor.roles, branch.roles));
  if (permitted.length === 0) {
    return { ok: false, rejection: roleRequired(branches, event) };
  }
  const explained = permitted.filter((branch) => !branch.reasonRequired || reason !== undefined);
  if (explained.length === 0) return { ok: false, rejection: { code: 'reason-required', event } };
  return firstThatHolds(explained, command, situation);
}

/** Where the branch leads: at once, or by the end of its work. */
export function targetOf({ to, work }: Branch): string {
  return work === null ? to : work.done;
}

/** Why a caller with these roles may not take the branch; null if they may. */
export function permits(branch: Branch, roles: readonly string[], event: string): Rejection | null {
  return hasRole(roles, branch.roles) ? null : roleRequired([branch], event);
}

function roleRequired(branches: readonly Branch[], event: string): Rejection {
  return {
    code: 'role-required',
    action: event,
    roles: [...new Set(branches.flatMap(({ roles }) => roles))],
  };
}

function firstThatHolds(
  branches: readonly Branch[],
  command: Sent,
  { order, facts, context }: Situation,
): Choice {
  let refusal = 'no alternative applies';
  for (const branch of branches) {
    if (branch.guard === null) return { ok: true, branch };
    const verdict = branch.guard.evaluate(eventFacts(order, command.data ?? {}, facts.now, context.actor));
    if (verdict.holds) return { ok: true, branch };
    refusal = verdict.reason;
  }
  return { ok: false, rejection: { code: 'guard-refused', event: command.event, reason: refusal } };
}
