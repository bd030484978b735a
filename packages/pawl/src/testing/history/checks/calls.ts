import type { Evidence, OrderEvidence } from '../evidence.ts';
import { orderIdOf } from '../evidence.ts';
import type { Call } from '../history.ts';
import type { Violation } from '../violation.ts';

/**
 * Every acknowledged step is there, no refused one is, an unknown one is there once or not at all: found by the request ids
 * that events carry.
 */
export function* checkCalls({ orders, history }: Evidence): Iterable<Violation> {
  const calls = new Map(history.calls.map((call) => [call.requestId, call]));
  const ordersOf = ordersByRequest(orders.values());
  for (const call of history.calls) yield* judge(call, orders, ordersOf.get(call.requestId) ?? []);
  for (const order of orders.values()) {
    for (const [requestId, versions] of order.written) {
      if (!calls.has(requestId)) {
        const detail = `version ${versions[0]} was caused by ${requestId}, which nobody has sent`;
        yield { promise: 'step-unasked', orderId: order.id, detail };
      }
    }
    yield* sharedVersions(order);
  }
}

function* judge(
  call: Call,
  orders: Evidence['orders'],
  writtenTo: readonly OrderEvidence[],
): Iterable<Violation> {
  const { answer, requestId, command } = call;
  const orderId = orderIdOf(call);
  const name = `${command.kind} ${requestId}`;
  if (writtenTo.length > 1) {
    const detail = `${name} has changed ${writtenTo.map(({ id }) => id).join(' and ')}`;
    yield { promise: 'step-doubled', orderId, detail };
  }
  for (const order of writtenTo) yield* judgeWritten(call, order, name);
  if (answer.kind !== 'accepted') return;
  const order = orders.get(answer.orderId);
  if (order === undefined) {
    const detail = `${name} was acknowledged, and there is no such order`;
    yield { promise: 'acknowledged-step-lost', orderId: answer.orderId, detail };
    return;
  }
  if (answer.isStep && !order.written.has(requestId)) {
    const detail = `${name} was told that it made version ${answer.version}, and has written nothing`;
    yield { promise: 'acknowledged-step-lost', orderId: order.id, detail };
  }
  const told = order.trail[answer.version - 1]?.head;
  if (told?.to !== answer.status) {
    const found = told === undefined ? 'there is no such version' : `it is ${told.to}`;
    const detail = `${name} was told version ${answer.version} in ${answer.status}: ${found}`;
    yield { promise: 'acknowledged-step-lost', orderId: order.id, detail };
  }
}

function* judgeWritten(
  { answer, orderId, requestId }: Call,
  order: OrderEvidence,
  name: string,
): Iterable<Violation> {
  const written = eventsOf(order, requestId);
  const [first, last] = [written[0], written.at(-1)];
  if (first === undefined || last === undefined) return;
  const at = { orderId: order.id };
  if (answer.kind === 'refused') {
    const detail = `${name} was refused with ${answer.rejection.code}, and has written version ${first.version}`;
    yield { promise: 'refused-step-written', ...at, detail };
  }
  if (orderId !== null && orderId !== order.id) {
    yield { promise: 'step-unasked', ...at, detail: `${name} was sent to ${orderId}` };
  }
  const isOnce = written.every(
    ({ version, commandId }, index) => version === first.version + index && commandId === first.commandId,
  );
  if (!isOnce) {
    const versions = written.map(({ version }) => version).join(', ');
    yield { promise: 'step-doubled', ...at, detail: `${name} has written versions ${versions}` };
  }
  if (answer.kind === 'accepted' && answer.isStep && answer.version !== last.version) {
    const detail = `${name} was told version ${answer.version}, and has written up to ${last.version}`;
    yield { promise: 'acknowledged-step-lost', ...at, detail };
  }
}

function eventsOf({ trail, written }: OrderEvidence, requestId: string) {
  return (written.get(requestId) ?? []).map((version) => ({
    version,
    commandId: trail[version - 1]?.payload?.commandId,
  }));
}

/** A step is acknowledged as new to one call only: two that were told the same version have not both been carried out. */
function* sharedVersions({ id, calls }: OrderEvidence): Iterable<Violation> {
  const told = new Map<number, string>();
  for (const { requestId, answer } of calls) {
    if (answer.kind !== 'accepted' || !answer.isStep) continue;
    const other = told.get(answer.version);
    if (other !== undefined) {
      const detail = `version ${answer.version} was acknowledged to ${other} and to ${requestId}`;
      yield { promise: 'version-shared', orderId: id, detail };
    }
    told.set(answer.version, requestId);
  }
}

function ordersByRequest(orders: Iterable<OrderEvidence>): ReadonlyMap<string, readonly OrderEvidence[]> {
  const found = new Map<string, OrderEvidence[]>();
  for (const order of orders) {
    for (const requestId of order.written.keys()) {
      const known = found.get(requestId);
      if (known === undefined) found.set(requestId, [order]);
      else known.push(order);
    }
  }
  return found;
}
