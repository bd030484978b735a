import type { Attempt, Call, Effect } from 'pawl/testing';
import type { Entry } from '../service/ledger.ts';
import { TENANT } from './callers.ts';

/** The name under which the checker knows what the outside service does. */
export const SERVICE_TASK = 'http';

/** What the service has done, by its ledger. */
export function effectsOf(entries: readonly Entry[]): readonly Effect[] {
  const effects = new Map<string, { times: number; undone: boolean; amount: string | null }>();
  for (const { kind, key, amount } of entries) {
    if (kind !== 'done' && kind !== 'undone') continue;
    const effect = effects.get(key) ?? { times: 0, undone: false, amount: null };
    effects.set(key, effect);
    if (kind === 'undone') effect.undone = true;
    else effect.times++;
    effect.amount ??= amount ?? null;
  }
  return Array.from(effects, ([effectKey, effect]) => ({ effectKey, task: SERVICE_TASK, ...effect }));
}

export function attemptsOf(entries: readonly Entry[]): readonly Attempt[] {
  return entries.flatMap(({ kind, key, token }) =>
    kind === 'attempt' && token !== undefined ? [{ effectKey: key, token, task: SERVICE_TASK }] : [],
  );
}

/** The ends that the service has told by itself. What it was answered nobody knows. */
export function callsOf(entries: readonly Entry[]): readonly Call[] {
  return entries.flatMap(({ kind, key, requestId }) => {
    if (kind !== 'told' || requestId === undefined) return [];
    const command = { kind: 'end-task', taskId: key, token: 0, outcome: { kind: 'done', data: {} } } as const;
    const asked = { client: 'service', tenant: TENANT, orderId: key.split(':')[0] ?? '', command, key: null };
    return [{ requestId, ...asked, beganAt: 0, endedAt: null, answer: { kind: 'unknown' } as const }];
  });
}
