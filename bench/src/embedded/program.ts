/**
 * The engine inside a program, without HTTP: as many callers as the loads of servers have, each sending its next event as soon as
 * it has an answer. Tells what it has measured to the process that started it, and ends.
 */
import { createPawl, defineWorkflow, type Pawl } from 'pawl';
import { CONNECTIONS } from '../load/lines.ts';
import { ENDLESS } from '../load/orders.ts';
import { openStore } from '../stores/engine-store.ts';
import type { EmbeddedResult } from './result.ts';

const ORDERS = 20_000;
const WARM_SECONDS = 2;

const [url = '', seconds = '1'] = process.argv.slice(2);
const pawl = await createPawl({ store: await openStore(url), workflows: [defineWorkflow(ENDLESS)] });
const ids = await createOrders(pawl);
await flipFor(WARM_SECONDS);
const result = await flipFor(Number(seconds));
await pawl.close();
process.send?.(result);
process.disconnect();

async function createOrders(pawl: Pawl): Promise<string[]> {
  const items = [{ sku: 'A-1', qty: 2, price: '9.99' }];
  const ids: string[] = [];
  const caller = async (): Promise<void> => {
    while (ids.length < ORDERS) {
      const created = await pawl.create({ workflow: ENDLESS.name, items });
      if (!created.ok) throw new Error(`a creation was refused: ${JSON.stringify(created)}`);
      ids.push(created.order.id);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, caller));
  return ids;
}

async function flipFor(seconds: number): Promise<EmbeddedResult> {
  let steps = 0;
  let refused = 0;
  const began = performance.now();
  const until = began + seconds * 1000;
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      const outcome = await pawl.fire(ids[Math.floor(Math.random() * ids.length)] as string, 'flip');
      if (outcome.ok) steps++;
      else refused++;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, caller));
  return { perSecond: (steps * 1000) / (performance.now() - began), refused };
}
