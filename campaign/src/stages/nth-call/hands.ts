import { done, failed, type PawlOptions, type TaskHandler } from 'pawl';
import type { HistoryRecorder, OutsideWorld, Subscription, VirtualClock } from 'pawl/testing';
import type { People } from './people.ts';
import type { Run } from './run.ts';
import { OUTSIDE } from './workflow.ts';

/** How long each half of an effect takes: milliseconds of the clock. */
const EFFECT_MS = 40;
/** How often a worker looks for tasks, and a reader for events; for how long it claims. */
const LOOK_MS = 250;
const LEASE_MS = 1_500;

export interface World {
  readonly clock: VirtualClock;
  readonly recorder: HistoryRecorder;
  readonly world: OutsideWorld;
}

/** What carries out tasks within the engine's process, by calling the world outside. */
export function handsOf({ clock, recorder, world }: World): Pick<PawlOptions, 'tasks' | 'gateway'> {
  const handler: TaskHandler = async ({ effectKey, token, name, undoes }) => {
    recorder.attempted({ effectKey, token, task: name });
    await clock.sleep(EFFECT_MS);
    const isDone = undoes === null ? world.perform(effectKey, name) : takeBack(undoes, world);
    await clock.sleep(EFFECT_MS);
    return isDone ? done() : failed('taken back');
  };
  return {
    tasks: { 'seat.book': handler, 'seat.free': handler },
    gateway: {
      async charge({ effectKey, amount }) {
        await clock.sleep(EFFECT_MS);
        const isDone = world.perform(effectKey, 'payment.charge', amount);
        await clock.sleep(EFFECT_MS);
        return isDone
          ? { kind: 'charged', reference: `ref-${effectKey}` }
          : { kind: 'declined', reason: 'taken back' };
      },
      async refund({ chargeKey }) {
        await clock.sleep(EFFECT_MS);
        world.takeBack(chargeKey);
      },
    },
  };
}

/** A worker claims what the engine leaves to others, and tells its end. */
export async function work(run: Run, people: People): Promise<void> {
  const { clock, recorder, world } = run;
  for (let turn = 0; run.isOpen; turn++) {
    await clock.sleep(LOOK_MS);
    const idempotency = { key: `claim ${turn}`, call: 'claim' };
    const claim = () =>
      people.ask((pawl, actor) =>
        pawl.tasks.claim({ actor, names: OUTSIDE, limit: 3, leaseMs: LEASE_MS, idempotency }),
      );
    const claimed = (await claim()) ?? (await claim());
    if (claimed?.ok !== true) continue;
    for (const { task, order } of claimed.tasks) {
      const { id: taskId, name, token, orderId, kind } = task;
      recorder.attempted({ effectKey: taskId, token, task: name });
      const isDeclined = name === 'label.print' && order.metadata['fate'] === 'declined';
      if (kind === 'undo') world.takeBack(taskId.slice(0, -':undo'.length));
      else if (!isDeclined && !world.perform(taskId, name)) continue;
      const outcome = isDeclined
        ? ({ kind: 'failed', reason: 'declined' } as const)
        : ({ kind: 'done', data: {} } as const);
      const command = { kind: 'end-task', taskId, token, outcome } as const;
      await people.call({ command, orderId, key: `${taskId} ${token}` });
    }
  }
}

/** Reads the feed from its beginning while it is being written. */
export function subscribe(run: Run, people: People): Subscription {
  const { clock, tenant } = run;
  const events: Subscription['events'][number][] = [];
  const read = async (): Promise<void> => {
    for (let after = 0; run.isOpen; ) {
      await clock.sleep(LOOK_MS);
      const page = await people.ask((pawl) => pawl.feed({ tenant, after, limit: 10 }));
      if (page === null) continue;
      for (const { position, head } of page.events)
        events.push({ position, orderId: head.orderId, version: head.version });
      after = page.next;
    }
  };
  void read();
  return { tenant, events };
}

function takeBack(effectKey: string, world: OutsideWorld): true {
  world.takeBack(effectKey);
  return true;
}
