import { beforeEach, describe, expect, it } from 'vitest';
import type { LiveOrder, Task } from '../../order/work.ts';
import type { OpenTask, Store } from '../../ports/store.ts';
import { creation, step } from '../../storage/contract/samples.ts';
import { taskOf, withWork } from '../../storage/contract/work/samples.ts';
import { createMemoryStore } from '../../storage/memory/index.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { Witness } from './witness.ts';

const START = Date.UTC(2026, 0, 1);

let clock: VirtualClock;
let inner: Store;
let isCalm: boolean;
let witness: Witness;
let order: LiveOrder;
let task: Task;
beforeEach(async () => {
  clock = new VirtualClock(START);
  inner = createMemoryStore({ clock });
  isCalm = false;
  witness = new Witness(inner, () => isCalm);
  const unit = creation({ at: START });
  order = unit.order;
  task = taskOf(unit.order);
  await witness.store.commit([withWork(unit, { tasks: [{ kind: 'add', task }] })]);
});

async function claim(): Promise<OpenTask> {
  const query = { tenant: null, names: [task.name], limit: 1, leaseMs: 1_000, claimedBy: 'w', key: null };
  const verdict = await witness.store.claim(query);
  const [claimed] = verdict.kind === 'claimed' ? verdict.tasks : [];
  if (claimed === undefined) throw new Error('there was nothing to claim');
  return claimed;
}

const promises = (): readonly string[] => witness.violations.map(({ promise }) => promise);

describe('the witness at the database', () => {
  it('finds nothing in a claim, a heartbeat, and a second claim after the lease', async () => {
    const { token, id, tenant, orderId } = await claim();
    const update = { kind: 'extend', tenant, orderId, id, token, leaseUntil: START + 2_000 } as const;
    expect(await witness.store.updateTasks([update])).toEqual([true]);
    clock.skip(2_000);
    await claim();
    expect(await witness.store.updateTasks([update])).toEqual([false]);
    expect(witness.violations).toEqual([]);
  });

  it('sees a claim of what somebody holds', async () => {
    await claim();
    const held = inner.claim;
    inner.claim = async (query) => {
      clock.jump(5_000);
      const verdict = await held(query);
      clock.jump(-5_000);
      return verdict;
    };
    await claim();
    expect(promises()).toEqual(['lease-broken']);
  });

  it('sees a holder that is well lose its task, where nothing goes wrong', async () => {
    await claim();
    clock.skip(1_000);
    isCalm = true;
    await claim();
    expect(promises()).toEqual(['lease-broken']);
  });

  it('finds nothing in a claim of what its holder has given back without having begun it', async () => {
    isCalm = true;
    const { token, id, tenant, orderId } = await claim();
    await witness.store.updateTasks([{ kind: 'return', tenant, orderId, id, token }]);
    await claim();
    expect(witness.violations).toEqual([]);
  });

  it('sees an old token change a task', async () => {
    const first = await claim();
    clock.skip(1_000);
    await claim();
    inner.updateTasks = async (updates) => updates.map(() => true);
    const { token, id, tenant, orderId } = first;
    await witness.store.updateTasks([
      { kind: 'park', tenant, orderId, id, token, leaseUntil: START + 9_000 },
    ]);
    expect(promises()).toEqual(['late-finisher-accepted']);
  });

  it.each([
    ['by an old token', 1, 2, 'late-finisher-accepted'],
    ['by nobody while somebody holds it', 0, 1, 'lease-broken'],
  ])('sees a task end %s', async (_, token, claims, promise) => {
    for (let made = 0; made < claims; made++) {
      clock.skip(1_000);
      await claim();
    }
    const unit = step(order, 'PAID', 1);
    const [event] = unit.events;
    if (event?.payload == null) throw new Error('the sample has no payload');
    const work = { id: task.id, outcome: 'done', attempts: 1, token } as const;
    const head = { ...event.head, type: 'work_ended' } as const;
    const ended = { ...unit, events: [{ ...event, head, payload: { ...event.payload, work } }] };
    inner.commit = async (units) => units.map(() => ({ kind: 'committed' }));
    await witness.store.commit([ended]);
    expect(promises()).toEqual([promise]);
  });
});
