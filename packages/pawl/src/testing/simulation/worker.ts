import type { Command, TaskOutcome } from '../../order/command.ts';
import type { ClaimedTask } from '../../tasks/task-service.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import { type Callers, TENANT } from './callers.ts';
import type { Chance } from './chance.ts';
import type { Errands } from './errands.ts';
import type { FaultRates } from './plan.ts';
import { OUTSIDE_TASKS } from './random-workflow.ts';
import type { Schedule } from './schedule.ts';

/** A worker looks for tasks about that often, milliseconds. */
const LOOK_MS = 900;
/** How long it claims a task for: shorter than some errands take. */
const LEASE_MS = 4_000;
/** Tasks that it claims at once. */
const CLAIMED_MAX = 3;

export interface WorkerTools {
  readonly schedule: Schedule;
  readonly callers: Callers;
  readonly errands: Errands;
  readonly recorder: HistoryRecorder;
  readonly rates: () => FaultRates;
  /** Whether there may still be something to do. */
  readonly isOpen: () => boolean;
}

/** Claims what nodes do not carry out, from any of them, and tells its end to any of them; dies now and then, and is not missed. */
export async function work(name: string, chance: Chance, tools: WorkerTools): Promise<void> {
  const { schedule, callers } = tools;
  while (tools.isOpen()) {
    await schedule.wait(LOOK_MS * (0.5 + chance.fraction()));
    const idempotency = chance.happens(0.5) ? { key: `${name} ${schedule.now}`, call: 'claim' } : undefined;
    const names = OUTSIDE_TASKS;
    const claimed = await callers.ask(chance, (pawl, actor) =>
      pawl.tasks.claim({
        actor: { ...actor, name },
        names,
        limit: CLAIMED_MAX,
        leaseMs: LEASE_MS,
        idempotency,
      }),
    );
    if (claimed === null || !claimed.ok) continue;
    await Promise.all(
      claimed.tasks.map((one) =>
        callers.during(() => carryOut(name, one, chance.fork(one.task.id + one.task.token), tools)),
      ),
    );
  }
}

async function carryOut(
  name: string,
  { task, order }: ClaimedTask,
  chance: Chance,
  tools: WorkerTools,
): Promise<void> {
  const { errands, recorder, rates, callers, schedule } = tools;
  const { id: effectKey, name: taskName, token } = task;
  recorder.attempted({ effectKey, token, task: taskName });
  if (chance.happens(rates().workerDies / 2)) return;
  if (chance.happens(0.3))
    await callers.ask(chance, (pawl) => pawl.tasks.heartbeat(TENANT, effectKey, token, LEASE_MS));
  const undoes = task.kind === 'undo' ? effectKey.slice(0, -':undo'.length) : null;
  const errand = { effectKey, task: taskName, undoes, fate: order.metadata['fate'], amount: null };
  const end = await Promise.race([
    errands.run(errand).catch(() => 'unknown' as const),
    schedule.wait(2 * LEASE_MS).then(() => 'unknown' as const),
  ]);
  if (end === 'unknown' || chance.happens(rates().workerDies / 2)) return;
  if (end === 'busy') {
    const told = { taskId: effectKey, token, reason: 'busy', afterMs: null };
    await callers.ask(chance, (pawl, actor) => pawl.tasks.giveBack({ actor, ...told }));
    return;
  }
  const outcome: TaskOutcome =
    end === 'done' ? { kind: 'done', data: {} } : { kind: 'failed', reason: 'declined' };
  const command: Command = { kind: 'end-task', taskId: effectKey, token, outcome };
  const key = chance.happens(0.5) ? `${effectKey} ${token}` : null;
  await callers.call({ client: name, command, orderId: task.orderId, key }, chance);
}
