import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from 'pawl/testing';
import type { Callers } from '../callers.ts';
import { wishFor, wishToRetry } from '../wish.ts';
import type { LoadTools } from './client.ts';

/** An operator looks about that often, milliseconds. */
const LOOK_MS = 700;
const SEEN_MAX = 20;

/** Looks at dead letters and starts some anew, or calls them seen; has dead tasks tried again. */
export async function runOperator(name: string, chance: Chance, tools: LoadTools): Promise<void> {
  for (let turn = 0; tools.isOpen(); turn++) {
    await sleep(LOOK_MS * (0.5 + chance.fraction()));
    const { callers } = tools;
    const path = `/dead-letters?limit=${SEEN_MAX}`;
    const letters = await callers.ask({ method: 'GET', path }, chance);
    for (const letter of (letters?.body['data'] ?? []) as readonly DeadLetter[]) {
      if (!letter.awaits_review || !chance.happens(0.3)) continue;
      const kind = chance.pick(['redrive', 'review'] as const);
      const who = { client: name, key: `${name}-${turn}-${letter.order.order_id}` };
      await callers.call(wishFor(kind, letter.order.order_id, who), chance);
    }
    await retryDead(name, chance, callers);
  }
}

interface DeadLetter {
  readonly awaits_review: boolean;
  readonly order: { readonly order_id: string };
}

/** Has every dead task tried again, as far as one page shows them; says how many there were. */
export async function retryDead(name: string, chance: Chance, callers: Callers): Promise<number> {
  const found = await callers.ask({ method: 'GET', path: '/tasks?status=dead&limit=100' }, chance);
  const dead = (found?.body['data'] ?? []) as readonly { task_id: string; order_id: string }[];
  for (const { task_id: taskId, order_id: orderId } of dead)
    await callers.call(wishToRetry(taskId, orderId, { client: name, key: null }), chance);
  return dead.length;
}
