import { Agent } from 'node:http';
import type { FinalState } from 'pawl/testing';
import type { Answered } from '../../drill/callers.ts';
import { exchange } from '../../drill/exchange.ts';
import { type Finding, finding } from '../../findings.ts';
import type { Processes } from '../../processes/processes.ts';
import { ServerNode } from '../../processes/server-node.ts';

/** Keys that are asked of one copy, the newest first: those are the ones that a tear comes near to. */
const ASKED_MAX = 40;
const PATIENCE_MS = 10_000;

export interface CheckKeysTools {
  readonly processes: Processes;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A key is there exactly if its step is: asked again under it, a server on the copy answers as the first time. */
export async function checkKeys(
  answered: readonly Answered[],
  copy: FinalState,
  { processes, dir, env }: CheckKeysTools,
): Promise<{ readonly asked: number; readonly findings: readonly Finding[] }> {
  const written = new Set(copy.orders.flatMap(({ trail }) => trail.map(({ payload }) => payload?.requestId)));
  const due = answered.filter(({ requestId }) => written.has(requestId)).slice(-ASKED_MAX);
  if (due.length === 0) return { asked: 0, findings: [] };
  // Without a place for tasks: else it would carry out anew what the real one has carried out.
  const node = new ServerNode({ processes, name: 'copy', dir, env: { ...env, TASK_SLOTS: '0' } });
  const agent = new Agent({ keepAlive: true });
  const findings: Finding[] = [];
  try {
    await node.start();
    for (const one of due) {
      const { wish, told } = one;
      const headers = { 'idempotency-key': wish.key ?? '' };
      const again = await exchange(node.url ?? '', { ...wish.question, headers }, agent, PATIENCE_MS);
      const isReplay = again.headers['idempotency-replayed'] === 'true';
      if (isReplay && again.headers.etag === `"${told.version}"`) continue;
      const answer = `${again.status}${isReplay ? ' again' : ''}, ${JSON.stringify(again.body).slice(0, 200)}`;
      const detail = `the step of the key ${wish.key} is there (version ${told.version}), and the key is answered ${answer}`;
      findings.push(finding('key-answers-differ', detail, told.orderId));
    }
    await node.stop();
  } finally {
    agent.destroy();
  }
  return { asked: due.length, findings };
}
