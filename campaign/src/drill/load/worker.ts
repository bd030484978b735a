import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance, OutsideWorld } from 'pawl/testing';
import { pathOf, type WorkerEnd, wishToEnd } from '../wish.ts';
import { WORKERS_TASKS } from '../workflow.ts';
import type { LoadTools } from './client.ts';

/** A worker looks for tasks about that often, and claims so many for so long. */
const LOOK_MS = 150;
const CLAIMED_MAX = 8;
const LEASE_S = 1;
/** What a task takes as a rule; a slow one takes longer than its lease. Milliseconds. */
const QUICK_MS = 30;
const SLOW_MS = 1_500;

export interface WorkerTools extends LoadTools {
  readonly world: OutsideWorld;
  /** Told how long a claim took that was answered, milliseconds. */
  readonly claimed: (ms: number) => void;
  /** How often a worker dies with what it holds, or is slow: parts of all tasks. */
  readonly troubles: () => number;
}

interface ClaimedTask {
  readonly task_id: string;
  readonly task: string;
  readonly order_id: string;
  readonly token: number;
  readonly undoes: string | null;
  readonly order: { readonly metadata: { readonly fate?: string } };
}

/** Claims what the servers leave to others, carries it out and tells its end, sometimes twice; dies now and then, and is not missed. */
export async function runWorker(name: string, chance: Chance, tools: WorkerTools): Promise<void> {
  for (let turn = 0; tools.isOpen(); turn++) {
    await sleep(LOOK_MS * (0.5 + chance.fraction()));
    const claimed = await claim(chance.happens(0.5) ? `${name}-${turn}` : null, chance, tools);
    await Promise.all(claimed.map((task) => carryOut(name, task, chance, tools)));
  }
}

/** With a key a claim whose answer was lost is asked for once more. */
async function claim(
  key: string | null,
  chance: Chance,
  { callers, recorder, claimed }: WorkerTools,
): Promise<readonly ClaimedTask[]> {
  const body = { tasks: WORKERS_TASKS, limit: CLAIMED_MAX, lease_s: LEASE_S };
  const headers = key === null ? {} : { 'idempotency-key': key };
  const question = { method: 'POST', path: '/tasks/claim', body, headers } as const;
  const began = performance.now();
  const first = await callers.ask(question, chance);
  if (first !== null) claimed(performance.now() - began);
  const answer = first ?? (key === null ? null : await callers.ask(question, chance));
  const tasks = (answer?.body['data'] ?? []) as readonly ClaimedTask[];
  for (const { task_id: effectKey, task, token } of tasks) recorder.attempted({ effectKey, task, token });
  return tasks;
}

async function carryOut(
  name: string,
  { task_id: taskId, task, order_id: orderId, token, undoes, order }: ClaimedTask,
  chance: Chance,
  { callers, world, troubles }: WorkerTools,
): Promise<void> {
  if (chance.happens(troubles())) return;
  if (chance.happens(0.2)) {
    const body = { token, lease_s: LEASE_S };
    await callers.ask({ method: 'POST', path: `${pathOf(taskId)}/heartbeat`, body }, chance);
  }
  await sleep(chance.fraction() * (chance.happens(troubles()) ? SLOW_MS : QUICK_MS));
  const end = endOf(task, order.metadata.fate, chance, troubles());
  if (end === 'done' && undoes !== null) world.takeBack(undoes);
  // Taken back before: whoever holds the step still cannot know it, and is refused its end.
  else if (end === 'done' && !world.perform(taskId, task)) return;
  if (chance.happens(troubles())) return;
  const key = end !== 'again' && chance.happens(0.5) ? `${taskId}-${token}` : null;
  const wish = wishToEnd({ taskId, orderId, token }, end, { client: name, key });
  await callers.call(wish, chance);
  if (chance.happens(0.1)) await callers.call(wish, chance);
}

function endOf(task: string, fate: string | undefined, chance: Chance, troubles: number): WorkerEnd {
  if (task === 'label.print' && fate === 'no-label') return 'failed';
  return chance.happens(troubles) ? 'again' : 'done';
}
