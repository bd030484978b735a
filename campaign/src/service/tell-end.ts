import { randomUUID } from 'node:crypto';
import type { Ledger } from './ledger.ts';

/** Milliseconds until the end of a task that was taken over is told, at most, and between two tries. */
const TELL_MS_MAX = 400;
const AGAIN_MS = 250;

export interface TakenOver {
  readonly key: string;
  readonly token: number;
  readonly outcome: { readonly data: object } | { readonly reason: string };
  readonly servers: () => readonly string[];
  readonly ledger: Ledger;
}

/** Tells how a task has ended that was answered with 202: until it is heard, then once more, and with a token of the past. */
export async function tellEnd(task: TakenOver): Promise<void> {
  await wait(Math.random() * TELL_MS_MAX);
  if (task.token > 1) await tell(task, task.token - 1);
  while (!(await tell(task, task.token))) await wait(AGAIN_MS);
  await tell(task, task.token);
}

/** Whether it was heard. */
async function tell({ key, outcome, servers, ledger }: TakenOver, token: number): Promise<boolean> {
  const [server] = servers();
  if (server === undefined) return false;
  const requestId = `service-${randomUUID()}`;
  ledger.telling(key, requestId);
  const verb = 'data' in outcome ? 'complete' : 'fail';
  try {
    const answer = await fetch(`${server}/tasks/${encodeURIComponent(key)}/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': requestId },
      body: JSON.stringify({ token, ...outcome }),
    });
    await answer.arrayBuffer();
    return answer.status < 500;
  } catch {
    return false;
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
