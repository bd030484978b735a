import type { CommandContext, Precondition } from './command.ts';
import type { Rejection } from './rejection.ts';
import type { Situation } from './situation.ts';

/** A bare version is checked before the state: a client that is behind should learn that first. */
export function checkVersion(precondition: Precondition | null, currentVersion: number): Rejection | null {
  return precondition?.kind === 'version' && precondition.version !== currentVersion
    ? { code: 'version-conflict', currentVersion }
    : null;
}

/** RFC 9110 §13.2.1: entity-tag conditions are judged last, only where the command would otherwise succeed. */
export function checkEntityTags({ order, workflow, context }: Situation): Rejection | null {
  const { precondition, preconditionRequired } = context;
  if (precondition === null && preconditionRequired && workflow.compiled.preconditionsRequired) {
    return { code: 'precondition-required', currentVersion: order.version };
  }
  if (precondition?.kind !== 'entity-tags') return null;
  const matches = precondition.any || precondition.tags.includes(String(order.version));
  return matches ? null : { code: 'precondition-failed', currentVersion: order.version };
}

/** The time of an import: only importers give one, and it has passed. */
export function checkOccurredAt({ occurredAt, actor }: CommandContext, now: number): Rejection | null {
  if (occurredAt === null) return null;
  if (!hasRole(actor.roles, ['importer'])) {
    return { code: 'role-required', action: 'occurred_at', roles: ['importer'] };
  }
  return occurredAt > now ? { code: 'occurred-at-invalid', detail: 'occurred_at lies in the future' } : null;
}

/** Whether any of the wanted roles is held; `admin` holds all, and wanting none lets everybody pass. */
export function hasRole(held: readonly string[], wanted: readonly string[]): boolean {
  return wanted.length === 0 || held.includes('admin') || wanted.some((role) => held.includes(role));
}
