import type { Order, PawlClient } from '@pawl/client';
import { parseAmount } from './amount.ts';
import { FREIGHT_SKU, WORKFLOW } from './operations.ts';
import type { Progress } from './progress.ts';
import type { Staging } from './staging.ts';

/** Orders of one page. */
const PAGE_ORDERS = 100;

/** Reads the orders of the workflow as the service lists them, and keeps what the account compares. */
export async function readBack(pawl: PawlClient, staging: Staging, progress: Progress): Promise<void> {
  await staging.transaction(async () => {
    for await (const order of pawl.iterateOrders({ workflow: WORKFLOW, limit: PAGE_ORDERS })) {
      progress.advance(1);
      const { goods, freight } = amountsOf(order);
      if (order.external_id === null) continue;
      staging.run(
        'INSERT OR REPLACE INTO found VALUES (?, ?, ?, ?)',
        ...[order.external_id, order.status, goods, freight],
      );
    }
  });
}

/** By the order's lines. @throws {Error} if its total is another than theirs. */
function amountsOf({ order_id, items, amount_total }: Order): { goods: number; freight: number } {
  let goods = 0;
  let freight = 0;
  for (const { sku, qty, price } of items) {
    const cents = qty * centsOf(price);
    if (sku === FREIGHT_SKU) freight += cents;
    else goods += cents;
  }
  if (goods + freight === centsOf(amount_total)) return { goods, freight };
  throw new Error(`the total of ${order_id} is ${amount_total}, and not the sum of its lines`);
}

function centsOf(text: string): number {
  const cents = parseAmount(text);
  if (cents === undefined)
    throw new Error(`the service says ${JSON.stringify(text)} where an amount belongs`);
  return cents;
}
