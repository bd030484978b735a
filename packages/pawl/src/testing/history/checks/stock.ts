import type { Item, JsonObject } from '../../../order/order.ts';
import type { RecordedMovement } from '../../../ports/store.ts';
import type { Evidence, OrderEvidence } from '../evidence.ts';
import type { FinalStock } from '../final-state.ts';
import type { StockCall } from '../history.ts';
import type { Violation } from '../violation.ts';

/** Balances are sums of movements and never below zero; each movement is one that an order or a caller has told of, once. */
export function* checkStock(evidence: Evidence): Iterable<Violation> {
  const moved = new Map<string, RecordedMovement[]>();
  for (const stock of evidence.final.stock) {
    yield* checkSums(stock);
    yield* checkByHand(stock, evidence.history.stockCalls);
    for (const movement of stock.movements) {
      const key = `${movement.kind} ${movement.effectKey}`;
      moved.set(key, [...(moved.get(key) ?? []), movement]);
      if (movement.orderId !== null && !evidence.orders.has(movement.orderId))
        yield wrong(movement.orderId, `${movement.effectKey} has moved ${movement.sku} of no order`);
    }
  }
  for (const order of evidence.orders.values()) yield* checkOrder(order, moved);
}

function* checkSums({ balance, movements }: FinalStock): Iterable<Violation> {
  let [onHand, reserved] = [0, 0];
  for (const movement of movements.toReversed()) {
    onHand += movement.onHand;
    reserved += movement.reserved;
    if (reserved < 0 || onHand < reserved) {
      yield wrong(
        movement.orderId,
        `${movement.effectKey} leaves ${reserved} of ${onHand} ${balance.sku} reserved`,
      );
    }
  }
  const isSum =
    onHand === balance.onHand && reserved === balance.reserved && movements.length === balance.version;
  if (!isSum) {
    const sums = `${onHand}, ${reserved} reserved, ${movements.length} movements`;
    yield wrong(null, `${balance.sku} is ${JSON.stringify(balance)}, its movements make ${sums}`);
  }
}

/** Every acknowledged adjustment is there once, an unknown one once or not at all, and none besides. */
function* checkByHand(
  { tenant, balance, movements }: FinalStock,
  calls: readonly StockCall[],
): Iterable<Violation> {
  const own = calls.filter(
    (call) => call.tenant === tenant && call.sku === balance.sku && call.kind === 'adjust',
  );
  const distinct = [...new Map(own.map((call, index) => [call.key ?? index, strongest(call, own)])).values()];
  const left = movements.filter(({ kind }) => kind === 'adjust').map(({ onHand }) => onHand);
  for (const answer of ['changed', 'unknown'] as const) {
    for (const { value } of distinct.filter((call) => call.answer === answer)) {
      const found = left.indexOf(value);
      if (found >= 0) left.splice(found, 1);
      else if (answer === 'changed')
        yield wrong(null, `the adjustment of ${balance.sku} by ${value} is lost`);
    }
  }
  if (left.length > 0) yield wrong(null, `nobody has asked for the adjustments of ${balance.sku} by ${left}`);
}

/** Of all calls under a key, one that was acknowledged says most. */
function strongest(call: StockCall, all: readonly StockCall[]): StockCall {
  const equal = call.key === null ? [call] : all.filter(({ key }) => key === call.key);
  return (
    equal.find(({ answer }) => answer === 'changed') ??
    equal.find(({ answer }) => answer === 'unknown') ??
    call
  );
}

/** A reservation and a shipment move what their entry tells, and an undo what its reservation told. */
function* checkOrder(
  { id, trail }: OrderEvidence,
  moved: ReadonlyMap<string, readonly RecordedMovement[]>,
): Iterable<Violation> {
  const told = new Map<string, JsonObject>();
  let wanted = '';
  for (const { head, payload } of trail) {
    const work = payload?.work;
    if (payload?.fields !== undefined) wanted = itemsText(payload.fields.items);
    if (work === undefined || work.outcome !== 'done') continue;
    const kind = KINDS[head.task ?? ''];
    const result = work.result ?? {};
    if (head.task === 'stock.reserve') told.set(work.id, result);
    if (head.task === 'stock.reserve' && linesOf(result) !== wanted)
      yield wrong(id, `${work.id} has reserved ${linesOf(result)}, the order is of ${wanted}`);
    const lines = head.type === 'compensated' ? told.get(work.id.slice(0, -':undo'.length)) : result;
    // A release as a step of its own does not tell what it gives back.
    if (kind === undefined || lines === undefined || (kind === 'release' && head.type !== 'compensated'))
      continue;
    const expected = linesOf(lines);
    const found = movementsText(moved.get(`${kind} ${work.id}`) ?? []);
    if (expected !== found)
      yield wrong(id, `${work.id} tells of ${kind} ${expected}, and has moved ${found}`);
  }
}

const KINDS: Readonly<Record<string, 'reserve' | 'ship' | 'release'>> = {
  'stock.reserve': 'reserve',
  'stock.ship': 'ship',
  'stock.release': 'release',
};

/** Lines of one SKU are reserved together. */
function itemsText(items: readonly Item[]): string {
  const sums = new Map<string, number>();
  for (const { sku, qty } of items) sums.set(sku, (sums.get(sku) ?? 0) + qty);
  return text(Array.from(sums, ([sku, qty]) => `${sku}×${qty}`));
}

function linesOf({ lines }: JsonObject): string {
  const list = Array.isArray(lines) ? (lines as readonly JsonObject[]) : [];
  return text(list.map(({ sku, qty }) => `${sku}×${qty}`));
}

function movementsText(movements: readonly RecordedMovement[]): string {
  return text(movements.map(({ sku, reserved }) => `${sku}×${Math.abs(reserved)}`));
}

function text(lines: readonly string[]): string {
  return lines.length === 0 ? 'nothing' : lines.toSorted().join(', ');
}

function wrong(orderId: string | null, detail: string): Violation {
  return { promise: 'stock-wrong', orderId, detail };
}
