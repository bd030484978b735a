import { expect, it } from 'vitest';
import { createPawl, defineWorkflow, StoreUnavailableError } from './index.ts';
import { createMemoryStore } from './storage/memory/index.ts';
import { altered, DEMO } from './testing/trial.ts';

it('takes an order through its life in ten lines of a program', async () => {
  const delivery = defineWorkflow({
    name: 'delivery',
    initial: 'PACKED',
    states: { PACKED: { on: { send: 'SENT' } }, SENT: { on: { arrive: 'HERE' } }, HERE: { final: true } },
  });
  const pawl = await createPawl({ store: createMemoryStore(), workflows: [delivery] });
  const created = await pawl.create({ workflow: 'delivery', items: [{ sku: 'A-1', qty: 2, price: '9.99' }] });
  if (!created.ok) throw new Error(created.rejection.code);
  await pawl.fire(created.order.id, 'send');
  const arrived = await pawl.fire(created.order.id, 'arrive');
  await pawl.close();

  expect(arrived).toMatchObject({ ok: true, order: { status: 'HERE', version: 3, amountTotal: '19.98' } });
});

it('refuses to start with a broken workflow, saying what is wrong and where', async () => {
  const broken = defineWorkflow({ name: 'broken', initial: 'A', states: { A: { on: { go: 'B' } } } });
  await expect(createPawl({ store: createMemoryStore(), workflows: [broken] })).rejects.toThrow(
    /\/states\/A\/on\/go/,
  );
});

it('leaves nothing running that has not started', async () => {
  const memory = createMemoryStore();
  let looks = 0;
  const store = altered(memory, {
    capabilities: { ...memory.capabilities, exclusiveWriter: false },
    internActor: () => Promise.reject(new StoreUnavailableError('away')),
    peekWork: (query) => {
      looks++;
      return memory.peekWork(query);
    },
  });

  await expect(createPawl({ store, workflows: [DEMO] })).rejects.toThrow('away');
  await new Promise((resolve) => setImmediate(resolve));

  expect(looks, 'somebody who cannot be stopped looks for work').toBe(0);
});
