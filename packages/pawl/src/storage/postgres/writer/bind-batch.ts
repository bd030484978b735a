import type { Unit, UnitVerdict } from '../../../ports/store.ts';
import type { Values } from '../connection/pool.ts';
import type { Place } from '../connection/small-numbers.ts';
import { type TaskPlace, taskPlaceOf } from '../rows/task-rows.ts';
import type { BatchParameters } from './batch-parameters.ts';
import { type TaskStep, type TimerStep, taskSteps, timerSteps } from './work-changes.ts';

/** A unit with what it makes of its rows of work; `verdict` is not null where that says already that it cannot be written. */
export interface PreparedUnit {
  readonly unit: Unit;
  readonly tasks: readonly { readonly place: TaskPlace; readonly step: TaskStep }[];
  readonly timers: readonly TimerStep[];
  readonly verdict: UnitVerdict | null;
}

const CONTRADICTORY: UnitVerdict = { kind: 'conflict', current: undefined };

export function preparedUnit(unit: Unit): PreparedUnit {
  const steps = taskSteps(unit.tasks);
  const timers = timerSteps(unit.timers);
  const nothing = { unit, tasks: [], timers: [] };
  if (steps === undefined || timers === undefined) return { ...nothing, verdict: CONTRADICTORY };
  const tasks: { place: TaskPlace; step: TaskStep }[] = [];
  for (const step of steps) {
    const place = taskPlaceOf({ orderId: unit.orderId, id: step.id });
    if (place !== undefined) tasks.push({ place, step });
    // No row can have that id: what is to be there is not, and what is to be written cannot be.
    else if (step.token !== null) return { ...nothing, verdict: CONTRADICTORY };
    else {
      const cause = new Error(`${step.id} is no id of a task of ${unit.orderId}`);
      return { ...nothing, verdict: { kind: 'failed', cause } };
    }
  }
  return { unit, tasks, timers, verdict: null };
}

/** The places and hashes that rows of these units name. */
export function placesOf(units: readonly Unit[]): [places: Iterable<Place>, hashes: Iterable<string>] {
  const places = new Map<string, Place>();
  const hashes = new Set<string>();
  for (const { order, events } of units) {
    if (order === null) continue;
    const { workflow } = order;
    hashes.add(order.workflowHash);
    places.set(`${workflow} ${order.status}`, { workflow, status: order.status });
    for (const { head } of events) {
      hashes.add(head.workflowHash);
      places.set(`${workflow} ${head.to}`, { workflow, status: head.to });
      if (head.from !== null) places.set(`${workflow} ${head.from}`, { workflow, status: head.from });
    }
  }
  return [places.values(), hashes];
}

/** A call of `commit_units`: the parameters after the first, and the units by their number in it, from 1. */
export interface BoundBatch<T extends PreparedUnit = PreparedUnit> {
  readonly units: readonly T[];
  readonly values: Values;
}

/** Writes units down in parameters that hold nothing. Everything is sorted as locks are to be taken. */
export function bindBatch<T extends PreparedUnit>(
  units: readonly T[],
  parameters: BatchParameters,
): BoundBatch<T> {
  const sorted = units.toSorted(byOrder);
  const numberOf = new Map<PreparedUnit, number>();
  for (const prepared of sorted) {
    const { unit, tasks, timers } = prepared;
    const number = parameters.addUnit(unit);
    numberOf.set(prepared, number);
    const { order, expectedVersion, bodyChanged, events } = unit;
    if (order !== null) {
      if (bodyChanged || expectedVersion === 0) parameters.addBody(number, order);
      for (const event of events) parameters.addEvent(number, order.workflow, event);
    }
    for (const { place, step } of tasks.toSorted(byPlace)) parameters.addTask(number, place, step);
    for (const timer of timers) parameters.addTimer(number, timer);
    for (const hash of unit.keysProbed) parameters.addProbe(number, hash);
  }
  bindKeys(sorted, numberOf, parameters);
  bindStock(units, numberOf, parameters);
  return { units: sorted, values: parameters.finish() };
}

function bindKeys(
  units: readonly PreparedUnit[],
  numberOf: ReadonlyMap<PreparedUnit, number>,
  parameters: BatchParameters,
): void {
  const keys = units.flatMap((prepared) =>
    prepared.unit.keys.map((key) => ({ key, number: numberOf.get(prepared) ?? 0 })),
  );
  for (const { key, number } of keys.toSorted((a, b) => compare(a.key.hash, b.key.hash)))
    parameters.addKey(number, key);
}

/** SKUs are sorted; what is done with them goes by the order in which the units came. */
function bindStock(
  units: readonly PreparedUnit[],
  numberOf: ReadonlyMap<PreparedUnit, number>,
  parameters: BatchParameters,
): void {
  const skus = new Map<string, { readonly tenant: number; readonly sku: string; readonly bytes: Buffer }>();
  for (const { unit } of units) {
    for (const { sku } of unit.stock)
      skus.set(`${unit.tenant} ${sku}`, { tenant: unit.tenant, sku, bytes: Buffer.from(sku) });
  }
  if (skus.size === 0) return;
  const sorted = [...skus].sort(([, a], [, b]) => a.tenant - b.tenant || Buffer.compare(a.bytes, b.bytes));
  const skuNumbers = new Map(sorted.map(([key, { tenant, sku }]) => [key, parameters.addSku(tenant, sku)]));
  for (const prepared of units) {
    const { tenant, stock } = prepared.unit;
    for (const entry of stock) {
      const sku = skuNumbers.get(`${tenant} ${entry.sku}`) ?? 0;
      const effectKey = 'effectKey' in entry ? entry.effectKey : null;
      parameters.addStock(numberOf.get(prepared) ?? 0, sku, entry.kind, entry.qty, effectKey);
    }
  }
}

function byOrder({ unit: a }: PreparedUnit, { unit: b }: PreparedUnit): number {
  return a.tenant - b.tenant || compare(a.orderId, b.orderId);
}

function byPlace(
  { place: a }: { readonly place: TaskPlace },
  { place: b }: { readonly place: TaskPlace },
): number {
  return a.version - b.version || a.position - b.position || compare(a.suffix, b.suffix);
}

/** All of it is ASCII: code units are bytes. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
