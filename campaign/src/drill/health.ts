import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerNode } from '../processes/server-node.ts';

/** Between two looks, milliseconds; and how long an answer is waited for at most. */
const LOOK_MS = 50;
const PATIENCE_MS = 2_000;

/** Milliseconds until each of the nodes says that all is well; null if one has not within that time. */
export async function untilWell(nodes: readonly ServerNode[], withinMs: number): Promise<number | null> {
  const began = performance.now();
  const isWell = await Promise.all(nodes.map((node) => waitFor(node, began + withinMs)));
  return isWell.every(Boolean) ? performance.now() - began : null;
}

async function waitFor(node: ServerNode, until: number): Promise<boolean> {
  while (performance.now() < until) {
    if ((await healthOf(node)) === 200) return true;
    await sleep(LOOK_MS);
  }
  return false;
}

/** Null where there is no answer. */
async function healthOf({ url }: ServerNode): Promise<number | null> {
  if (url === null) return null;
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return null;
  }
}
