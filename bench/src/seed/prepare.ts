import { createPawl, DEFAULT_TENANT, defineWorkflow, type Pawl } from 'pawl';
import { ENDLESS } from '../load/orders.ts';
import { openStore } from '../stores/engine-store.ts';
import type { Names } from './history.ts';

/** Brings a new database to the present schema and deploys the workflow; gives what rows will name. */
export function prepare(url: string): Promise<Names> {
  return withEngine(url, async (pawl) => {
    const tenant = await pawl.tenant(DEFAULT_TENANT);
    const { number: actor } = await pawl.actor(tenant, 'program', 'seed', []);
    const workflow = pawl.workflows.get(tenant, ENDLESS.name);
    if (workflow === undefined) throw new Error(`${ENDLESS.name} was not deployed`);
    const { name, version: workflowVersion, hash: workflowHash } = workflow;
    return { tenant, actor, workflow: name, workflowVersion, workflowHash };
  });
}

/** Runs with an engine on the database that carries out nothing by itself. */
export async function withEngine<T>(url: string, run: (pawl: Pawl) => Promise<T>): Promise<T> {
  const workflows = [defineWorkflow(ENDLESS)];
  const pawl = await createPawl({ store: await openStore(url), workflows, taskSlots: 0 });
  try {
    return await run(pawl);
  } finally {
    await pawl.close();
  }
}
