import { type Pawl, systemDigest, verifyChain } from 'pawl';
import { EVENTS, type Plan } from './history.ts';
import { withEngine } from './prepare.ts';

/** Orders looked at, spread over all. */
const SAMPLE = 1_000;

/** Reads orders back through the engine and recomputes every hash, as `pawl audit verify` does. @throws {Error} for the first that is not whole. */
export async function verifySample(url: string, plan: Plan, tenant: number, count: number): Promise<number> {
  return withEngine(url, async (pawl) => {
    const size = Math.min(SAMPLE, count);
    for (let turn = 0; turn < size; turn++) {
      const index = Math.floor((turn * count) / size);
      await verify(pawl, tenant, plan.orderId(index));
    }
    return size;
  });
}

async function verify(pawl: Pawl, tenant: number, orderId: string): Promise<void> {
  const order = await pawl.get(tenant, orderId);
  if (order === undefined) throw new Error(`${orderId} was seeded and is not there`);
  const { work: _, ...row } = order;
  const trail = await pawl.trail({ tenant, orderId, direction: 'asc', after: null, limit: EVENTS + 1 });
  const rules = pawl.workflows.get(tenant, order.workflow)?.compiled;
  const [fault] = verifyChain(row, trail, systemDigest, rules);
  if (fault !== undefined) throw new Error(`${orderId}, version ${fault.version}: ${fault.detail}`);
}
