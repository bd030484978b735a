import { type Answer, Connection, httpRequest } from './connection.ts';
import { feed } from './feed.ts';
import { Latencies } from './latency.ts';
import { withLines } from './lines.ts';
import { closedLoop, type Script } from './loops.ts';
import { failuresText, p99 } from './told.ts';

/** How long orders may take to end after the load. */
export const END_MS = 60_000;
/** Pieces of what nobody is to run out of. */
export const PLENTY = 100_000_000;

/** Sends preorders, a piece of an SKU each. */
export async function submit(
  port: number,
  skus: readonly string[],
  seconds: number,
  count = Number.POSITIVE_INFINITY,
) {
  const sentAt = new Map<string, number>();
  const sending: number[] = [];
  let sent = 0;
  const script: Script = {
    next(connection) {
      if (sent >= count) return undefined;
      sending[connection] = Date.now();
      const items = [{ sku: skus[sent++ % skus.length], qty: 1, price: '9.99' }];
      return httpRequest('POST', '/orders', JSON.stringify({ workflow: 'preorder', items }));
    },
    answered(connection, { status, body }) {
      if (status !== 201) return false;
      const { order_id: id } = JSON.parse(body) as { order_id: string };
      sentAt.set(id, sending[connection] ?? 0);
      return true;
    },
  };
  const beganAt = Date.now();
  const load = await withLines(port, (lines) => closedLoop(lines, script, seconds));
  return { sentAt, beganAt, failures: failuresText(load), answerP99: p99(load) };
}

/** Waits until each of the orders has ended; says when, and in which states. */
export async function endsOf(port: number, before: string, sentAt: ReadonlyMap<string, number>) {
  const latencies = new Latencies();
  const states = new Map<string, number>();
  let lastAt = 0;
  const ended = new Set<string>();
  const until = Date.now() + END_MS;
  for await (const { order_id: id, to, at } of feed(
    port,
    before,
    () => ended.size < sentAt.size && Date.now() < until,
  )) {
    const sent = sentAt.get(id);
    if (sent === undefined || ended.has(id) || !(to === 'CONFIRMED' || to === 'FAILED')) continue;
    ended.add(id);
    const time = Date.parse(at);
    latencies.add(time - sent);
    lastAt = Math.max(lastAt, time);
    states.set(to, (states.get(to) ?? 0) + 1);
  }
  if (ended.size < sentAt.size) throw new Error(`${sentAt.size - ended.size} orders have not ended`);
  const text = [...states].map(([state, number]) => `${number} ${state}`).join(', ');
  return { latencies, states: text, lastAt, count: ended.size };
}

export async function setStock(port: number, sku: string, onHand: number): Promise<void> {
  const { status, body } = await ask(
    port,
    httpRequest('PUT', `/stock/${sku}`, JSON.stringify({ on_hand: onHand })),
  );
  if (status !== 200) throw new Error(`stock was refused: ${body}`);
}

export async function ask(port: number, request: string): Promise<Answer> {
  const connection = await Connection.open(port);
  const answer = await connection.ask(request);
  connection.close();
  return answer;
}
