import { expect, it } from 'vitest';
import { createPawl } from '../pawl.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { altered } from '../testing/trial.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';

const workflow = (event: string): WorkflowDefinition => ({
  name: 'w',
  initial: 'A',
  states: { A: { on: { [event]: 'B' } }, B: { final: true } },
});
const eventsOf = (found: { compiled: { events: ReadonlyMap<string, unknown> } } | undefined): string[] => [
  ...(found?.compiled.events.keys() ?? []),
];

it('shows a tenant its own definition instead of the shared one, and each number names one content', async () => {
  const pawl = await createPawl({ store: createMemoryStore(), workflows: [workflow('shared')] });
  const tenant = await pawl.tenant('acme');
  expect(await pawl.workflows.deploy(tenant, workflow('shared'))).toMatchObject({
    created: false,
    workflow: { tenant: 0 },
  });
  expect(await pawl.workflows.deploy(tenant, workflow('own'))).toMatchObject({
    created: true,
    workflow: { version: 2 },
  });
  expect(eventsOf(pawl.workflows.get(tenant, 'w'))).toEqual(['own']);
  expect(eventsOf(pawl.workflows.get(tenant, 'w', 1))).toEqual(['shared']);
  expect(eventsOf(pawl.workflows.get(await pawl.tenant('other'), 'w'))).toEqual(['shared']);
  expect(pawl.workflows.list(tenant).map(({ version }) => version)).toEqual([2]);
});

it('leaves an order with the rules that it started with', async () => {
  const pawl = await createPawl({ store: createMemoryStore(), workflows: [workflow('old')] });
  const created = await pawl.create({ workflow: 'w', items: [{ sku: 'A', qty: 1, price: '1' }] });
  if (!created.ok) throw new Error(created.rejection.code);
  await pawl.workflows.deploy(0, workflow('new'));
  expect(await pawl.fire(created.order.id, 'new')).toMatchObject({ rejection: { code: 'event-unknown' } });
  expect(await pawl.fire(created.order.id, 'old')).toMatchObject({
    ok: true,
    order: { status: 'B', workflowVersion: 1 },
  });
});

it('goes back to a content that another node has replaced since', async () => {
  const memory = createMemoryStore();
  const store = altered(memory, { capabilities: { ...memory.capabilities, exclusiveWriter: false } });
  const [one, other] = [
    await createPawl({ store, workflows: [workflow('old')], taskSlots: 0 }),
    await createPawl({ store, taskSlots: 0 }),
  ];
  await one.workflows.deploy(0, workflow('new'));
  expect(await other.workflows.deploy(0, workflow('old'))).toMatchObject({
    created: true,
    workflow: { version: 3 },
  });
});
