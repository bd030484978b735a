import type { Store } from 'pawl';
import {
  checkHistory,
  HistoryRecorder,
  OutsideWorld,
  readFinalState,
  type Violation,
  type VirtualClock,
} from 'pawl/testing';
import { SupervisedEngine } from './engine.ts';
import { handsOf, subscribe, work } from './hands.ts';
import type { LinkFault } from './link.ts';
import { PATIENCE_MS, People } from './people.ts';
import { passTime, passTimeDuring, type Run } from './run.ts';
import { SAGA, SUBSCRIPTIONS } from './workflow.ts';

/** How long a run may take to come to rest, and how often it is looked whether it is: milliseconds of the clock. */
const REST_MS_MAX = 120_000;
const REST_LOOK_MS = 1_000;
/** Steps whose effects the world keeps account of. */
const WATCHED = ['payment.charge', 'seat.book', 'label.print', 'queue:mail'];

export interface ScenarioTools {
  readonly store: Store;
  readonly clock: VirtualClock;
  /** A tenant that nobody else is: many runs share a store. */
  readonly tenant: string;
  readonly fault: LinkFault;
}

/** Plays the scenario to its end, with one call of the store going wrong; says what was broken by that. */
export async function playScenario({
  store,
  clock,
  tenant: name,
  fault,
}: ScenarioTools): Promise<readonly Violation[]> {
  const world = { clock, recorder: new HistoryRecorder(), world: new OutsideWorld() };
  const options = { workflows: [SAGA], subscriptions: SUBSCRIPTIONS, ...handsOf(world) };
  const engine = new SupervisedEngine({ store, clock, fault, options });
  const tenant = await store.internTenant(name);
  const run: Run = { ...world, engine, tenant, isOpen: true };
  const people = new People(run);
  void engine.start();
  void work(run, people);
  const subscription = subscribe(run, people);
  await passTimeDuring(run, live(run, people));
  const isAtRest = await comeToRest(run, people, store);
  run.isOpen = false;
  await passTime(run, 2 * PATIENCE_MS);
  engine.die();
  const final = await readFinalState(store, [tenant]);
  const found = { effects: world.world.effects(), watched: WATCHED, subscriptions: [subscription] };
  return [
    ...checkHistory(world.recorder.history(found), final, { atRest: true }),
    ...people.violations,
    ...(isAtRest ? [] : [RESTLESS]),
  ];
}

/** A few orders through all that can happen to them. */
async function live({ clock }: Run, people: People): Promise<void> {
  await people.setStock('A', 4);
  const happy = await people.create('ok', 'happy');
  await people.create('ok', 'happy');
  const declined = await people.create('declined', 'declined');
  const unkeyed = await people.create('ok', null);
  const cancelled = await people.create('ok', 'cancelled');
  const cancel = { command: { kind: 'event', event: 'cancel' }, orderId: cancelled, key: 'cancel' } as const;
  await people.call(cancel);
  await people.call(cancel);
  const confirm = { command: { kind: 'event', event: 'confirm' }, key: null } as const;
  await people.call({ ...confirm, orderId: happy, precondition: { kind: 'version', version: 1 } });
  await people.adjustStock('A', 2, 'counted');
  await clock.sleep(1_200);
  await people.call({ ...confirm, orderId: unkeyed });
  await clock.sleep(1_500);
  await people.call({ command: { kind: 'redrive', reason: 'again' }, orderId: declined, key: 'redrive' });
  await people.create('ok', 'too many');
  await clock.sleep(1_500);
  await people.call({ command: { kind: 'review', reason: 'seen' }, orderId: declined, key: 'review' });
  for (const orderId of [happy, declined, cancelled]) await people.read(orderId);
}

/** False if something is still under way after all that time. Dead tasks are tried again by an operator. */
async function comeToRest(run: Run, people: People, store: Store): Promise<boolean> {
  const { clock, tenant } = run;
  for (const until = clock.monotonic() + REST_MS_MAX; clock.monotonic() < until; ) {
    await passTime(run, REST_LOOK_MS);
    const tasks = await store.listTasks({ tenant, after: null, limit: 100 });
    const waiting = { tenant, status: 'BOOKED', direction: 'asc', after: null, offset: 0, limit: 1 } as const;
    const isTimed = (await store.list(waiting)).length > 0;
    if (isTimed || tasks.some(({ dead }) => !dead)) continue;
    if (tasks.length === 0) return true;
    for (const { id: taskId, orderId } of tasks) {
      const retry = { command: { kind: 'retry-task', taskId }, orderId, key: null } as const;
      await passTimeDuring(
        run,
        people.call(retry).then(() => undefined),
      );
    }
  }
  return false;
}

const RESTLESS: Violation = {
  promise: 'order-stuck',
  orderId: null,
  detail: 'the run has not come to rest, although nothing goes wrong any more',
};
