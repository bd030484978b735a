import type { JsonObject } from '../order.ts';
import type { Effect, StepPlace } from '../work.ts';
import type { Course } from './course.ts';

/** What a local task has come to, on the stock as it is believed to be. */
export type LocalOutcome =
  | { readonly kind: 'done'; readonly data: JsonObject }
  | { readonly kind: 'failed'; readonly reason: string };

/** Pieces by SKU. */
type Lines = readonly (readonly [sku: string, qty: number])[];

/** Carries out a `stock.*` step within the commit: `id` is its effect key. */
export function carryOut(course: Course, task: string, id: string): LocalOutcome {
  switch (task) {
    case 'stock.check':
      return check(course);
    case 'stock.reserve':
      return reserve(course, id);
    case 'stock.release':
      return releaseAll(course, id);
    case 'stock.ship':
      return ship(course, id);
    default:
      throw new TypeError(`${task} is no local task`);
  }
}

/** Takes back what a step has reserved, from what it told when it was done. Any other step has reserved nothing, whatever it told. */
export function takeBack(course: Course, step: StepPlace, task: string, id: string, data: JsonObject): void {
  if (task !== 'stock.release') throw new TypeError(`${task} takes back no local step`);
  if (course.stepAt(step).task === 'stock.reserve') release(course, linesOf(data), id);
}

function check(course: Course): LocalOutcome {
  const lines = orderedLines(course);
  const short = shortOf(course, lines);
  if (short !== null) return short;
  for (const [sku, qty] of lines) course.stock.push({ kind: 'enough', sku, qty });
  return { kind: 'done', data: {} };
}

function reserve(course: Course, effectKey: string): LocalOutcome {
  const lines = orderedLines(course);
  const short = shortOf(course, lines);
  if (short !== null) return short;
  for (const [sku, qty] of lines) {
    course.stock.push({ kind: 'reserve', sku, qty, effectKey });
    take(course, sku, qty);
  }
  return { kind: 'done', data: { lines: lines.map(([sku, qty]) => ({ sku, qty })) } };
}

/** As a step of its own: gives back every reservation that the order holds. */
function releaseAll(course: Course, id: string): LocalOutcome {
  const lines = sumBySku(takeReservations(course).flatMap(({ data }) => linesOf(data)));
  release(course, lines, id);
  return { kind: 'done', data: {} };
}

function ship(course: Course, effectKey: string): LocalOutcome {
  const lines = sumBySku(takeReservations(course).flatMap(({ data }) => linesOf(data)));
  if (lines.length === 0) return { kind: 'failed', reason: 'nothing is reserved for the order' };
  for (const [sku, qty] of lines) course.stock.push({ kind: 'ship', sku, qty, effectKey });
  return { kind: 'done', data: { lines: lines.map(([sku, qty]) => ({ sku, qty })) } };
}

function release(course: Course, lines: Lines, effectKey: string): void {
  for (const [sku, qty] of lines) {
    course.stock.push({ kind: 'release', sku, qty, effectKey });
    take(course, sku, -qty);
  }
}

/** The reservations are the caller's from now on: nothing else will take them back. Those that are being undone are spoken for. */
function takeReservations(course: Course): readonly Effect[] {
  const isReservation = (effect: Effect) =>
    effect.undoing === undefined && course.stepAt(effect).task === 'stock.reserve';
  const reservations = course.effects.filter(isReservation);
  course.effects = course.effects.filter((effect) => !isReservation(effect));
  return reservations;
}

/** The first SKU that there is too little of decides: on it the refusal rests. */
function shortOf(course: Course, lines: Lines): (LocalOutcome & { kind: 'failed' }) | null {
  for (const [sku, qty] of lines) {
    const available = course.facts.available(sku) - (course.taken.get(sku) ?? 0);
    if (available >= qty) continue;
    course.stock.push({ kind: 'short', sku, qty });
    return {
      kind: 'failed',
      reason: `insufficient stock: ${qty} of ${sku} wanted, ${Math.max(0, available)} available`,
    };
  }
  return null;
}

function take(course: Course, sku: string, qty: number): void {
  course.taken.set(sku, (course.taken.get(sku) ?? 0) + qty);
}

/** Sums per SKU: two lines of one SKU must not each find the same last piece. */
function orderedLines({ items }: Course): Lines {
  return sumBySku(items.map(({ sku, qty }) => [sku, qty] as const));
}

function sumBySku(lines: Lines): Lines {
  const sums = new Map<string, number>();
  for (const [sku, qty] of lines) sums.set(sku, (sums.get(sku) ?? 0) + qty);
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** What a reservation has told when it was done. */
function linesOf(data: JsonObject): Lines {
  const lines = data['lines'] as readonly { readonly sku: string; readonly qty: number }[];
  return lines.map(({ sku, qty }) => [sku, qty] as const);
}
