import { Connection, httpRequest } from './connection.ts';
import type { Script } from './load.ts';

/** Operations of one bulk call: the most that the service takes. */
const BULK = 1_000;

/** A lifecycle without an end, so that a run of any length finds a legal step on any order. */
const ENDLESS = {
  name: 'endless',
  initial: 'OPEN',
  states: {
    OPEN: { on: { hold: 'HELD', close: 'CLOSED' } },
    HELD: { on: { release: 'OPEN' } },
    CLOSED: { final: true },
  },
};

/** What an order's client would send over its whole life. */
const LIVES: Record<string, readonly string[]> = {
  retail: ['pay', 'ship', 'deliver', 'return'],
  endless: ['hold', 'release'],
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

/** Steps of many orders: each connection takes an order through its life, then the next of its share. */
export function lifecycleScript(
  ids: readonly string[],
  workflow: string,
  connections: number,
): Script & { acknowledged: number } {
  const life = LIVES[workflow] ?? [];
  const places = Array.from({ length: connections }, (_, index) => ({ order: index, step: 0 }));
  const script = {
    acknowledged: 0,
    next(connection: number): string | undefined {
      const place = places[connection] as { order: number; step: number };
      if (place.step === life.length) {
        place.step = 0;
        place.order += connections;
      }
      const id = ids[place.order];
      return id === undefined ? undefined : httpRequest('POST', `/orders/${id}/${life[place.step++]}`, '{}');
    },
    answered(_: number, { status }: { status: number }): boolean {
      if (status === 200) script.acknowledged++;
      return status === 200;
    },
  };
  return script;
}

/** Endless steps of orders drawn at random by each connection from its own share. */
export function randomScript(
  ids: readonly string[],
  connections: number,
  keyed = false,
): Script & { acknowledged: number } {
  const held = new Uint8Array(ids.length);
  let key = 0;
  const script = {
    acknowledged: 0,
    next(connection: number): string {
      const share = Math.floor(ids.length / connections);
      const order = connection + connections * Math.floor(Math.random() * share);
      const event = held[order] === 1 ? 'release' : 'hold';
      held[order] = held[order] === 1 ? 0 : 1;
      const headers: Record<string, string> = keyed
        ? { 'Idempotency-Key': `bench-${connection}-${key++}` }
        : {};
      return httpRequest('POST', `/orders/${ids[order]}/${event}`, '{}', headers);
    },
    answered(_: number, { status }: { status: number }): boolean {
      if (status === 200) script.acknowledged++;
      return status === 200;
    },
  };
  return script;
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
