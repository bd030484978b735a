import { Connection, httpRequest } from './connection.ts';

/** Operations of one bulk call: the most that the service takes. */
const BULK = 1_000;

/** A lifecycle without an end, so that a run of any length finds a legal step on any order, and in any state the same one. */
export const ENDLESS = {
  name: 'endless',
  initial: 'OPEN',
  states: {
    OPEN: { on: { flip: 'HELD', close: 'CLOSED' } },
    HELD: { on: { flip: 'OPEN' } },
    CLOSED: { final: true },
  },
};

export function deployEndless(port: number): Promise<void> {
  return deploy(port, ENDLESS);
}

export async function deploy(port: number, workflow: { readonly name: string }): Promise<void> {
  const connection = await Connection.open(port);
  const path = `/workflows/${workflow.name}`;
  const answer = await connection.ask(httpRequest('PUT', path, JSON.stringify(workflow)));
  connection.close();
  if (answer.status !== 201 && answer.status !== 200)
    throw new Error(`the workflow was refused: ${answer.body}`);
}

/** Creates orders by bulk calls over some connections; gives their ids and the time it took. */
export async function createOrders(
  port: number,
  count: number,
  workflow: string,
  connections = 4,
): Promise<{ ids: string[]; seconds: number }> {
  const calls = Math.ceil(count / BULK);
  const ids: string[] = [];
  let next = 0;
  const began = performance.now();
  const worker = async (): Promise<void> => {
    const connection = await Connection.open(port);
    while (next < calls) {
      const size = Math.min(BULK, count - BULK * next++);
      const operations = Array.from({ length: size }, (_, index) => createOperation(workflow, index));
      const answer = await connection.ask(
        httpRequest('POST', '/orders/bulk', JSON.stringify({ operations })),
      );
      ids.push(...createdIds(answer.body));
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return { ids, seconds: (performance.now() - began) / 1000 };
}

/** Every acknowledged step is in the database and nothing else is: versions count them. */
export async function expectAgreement(
  port: number,
  ids: readonly string[],
  acknowledged: number,
): Promise<void> {
  const connection = await Connection.open(port);
  let steps = 0;
  let path: string | null = '/orders?limit=100';
  let read = 0;
  while (path !== null) {
    const { data, next_cursor: cursor } = JSON.parse(
      (await connection.ask(httpRequest('GET', path))).body,
    ) as {
      data: { version: number }[];
      next_cursor: string | null;
    };
    steps += data.reduce((sum, { version }) => sum + version - 1, 0);
    read += data.length;
    path = cursor === null ? null : `/orders?limit=100&cursor=${encodeURIComponent(cursor)}`;
  }
  connection.close();
  if (read !== ids.length || steps !== acknowledged) {
    throw new Error(
      `${acknowledged} steps of ${ids.length} orders were acknowledged, ${steps} of ${read} are recorded`,
    );
  }
}

function createOperation(workflow: string, index: number): object {
  const items = [{ sku: `SKU-${index}`, qty: 2, price: '9.99' }];
  return { op: 'create', workflow, customer_id: `customer-${index}`, items };
}

function createdIds(body: string): string[] {
  const { results } = JSON.parse(body) as { results: { status: number; order?: { order_id: string } }[] };
  return results.map(({ status, order }) => {
    if (status !== 201 || order === undefined)
      throw new Error(`a creation answered ${status}: ${body.slice(0, 300)}`);
    return order.order_id;
  });
}
