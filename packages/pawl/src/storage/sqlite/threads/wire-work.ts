import type { OrderMovement, StockEntry } from '../../../order/stock.ts';
import type { Task, TaskKind, Timer } from '../../../order/work.ts';
import { leaseExpected, type TaskChange, type TimerChange, type Unit } from '../../../ports/store.ts';
import type { Wire, WireReader } from './wire-reader.ts';

/** What a unit does besides its order's row and events. */
export interface WireWork {
  readonly tasks: readonly WireTaskChange[];
  readonly timers: readonly TimerChange[];
  readonly stock: readonly StockEntry[];
}

export type WireTaskChange =
  | { readonly kind: 'add'; readonly task: WireTask }
  | { readonly kind: 'orphan'; readonly task: TaskHandle }
  | { readonly kind: 'remove'; readonly task: TaskHandle; readonly leaseBefore: Task['leaseUntil'] }
  | { readonly kind: 'replace'; readonly task: WireTask; readonly leaseBefore: Task['leaseUntil'] };

type TaskHandle = Pick<Task, 'id' | 'token'>;

/** A task with what its row holds as JSON; null for an empty object or list. */
export interface WireTask extends Omit<Task, 'place' | 'input' | 'failures'> {
  readonly place: string;
  readonly input: string | null;
  readonly failures: string | null;
}

/** One element for the many units that have nothing of this. */
export function encodeWork(wire: Wire, { tasks, timers, stock }: Unit): void {
  if (tasks.length + timers.length + stock.length === 0) {
    wire.push(0);
    return;
  }
  wire.push(1, tasks.length);
  for (const change of tasks) encodeTaskChange(wire, change);
  wire.push(timers.length);
  for (const { kind, timer } of timers) wire.push(kind, timer.enteredVersion, timer.index, timer.dueAt);
  wire.push(stock.length);
  for (const entry of stock)
    wire.push(entry.kind, entry.sku, entry.qty, 'effectKey' in entry ? entry.effectKey : null);
}

export function decodeWork(wire: WireReader): WireWork | null {
  if (!wire.flag()) return null;
  return {
    tasks: wire.list(() => decodeTaskChange(wire)),
    timers: wire.list(() => ({ kind: wire.text() as TimerChange['kind'], timer: decodeTimer(wire) })),
    stock: wire.list(() => decodeStockEntry(wire)),
  };
}

function encodeTaskChange(wire: Wire, change: TaskChange): void {
  const { kind, task } = change;
  wire.push(kind, task.id, task.token);
  if (kind === 'remove' || kind === 'replace') wire.push(leaseExpected(change) ?? null);
  if (kind === 'remove' || kind === 'orphan') return;
  wire.push(
    task.kind,
    task.name,
    JSON.stringify(task.place),
    task.version,
    task.orphan ? 1 : 0,
    task.dead ? 1 : 0,
    Object.keys(task.input).length === 0 ? null : JSON.stringify(task.input),
    task.createdAt,
    task.deadline,
    task.dueAt,
    task.attempts,
    task.leaseUntil,
    task.parked ? 1 : 0,
    task.claimedBy,
    task.uncertain ? 1 : 0,
    task.failures.length === 0 ? null : JSON.stringify(task.failures),
  );
}

function decodeTaskChange(wire: WireReader): WireTaskChange {
  const kind = wire.text() as TaskChange['kind'];
  const task = { id: wire.text(), token: wire.number() };
  if (kind === 'orphan') return { kind, task };
  if (kind === 'add') return { kind, task: { ...task, ...decodeTask(wire) } };
  const leaseBefore = wire.numberOrNull();
  if (kind === 'remove') return { kind, task, leaseBefore };
  return { kind, task: { ...task, ...decodeTask(wire) }, leaseBefore };
}

function decodeTask(wire: WireReader): Omit<WireTask, 'id' | 'token'> {
  return {
    kind: wire.text() as TaskKind,
    name: wire.text(),
    place: wire.text(),
    version: wire.number(),
    orphan: wire.flag(),
    dead: wire.flag(),
    input: wire.textOrNull(),
    createdAt: wire.number(),
    deadline: wire.numberOrNull(),
    dueAt: wire.number(),
    attempts: wire.number(),
    leaseUntil: wire.numberOrNull(),
    parked: wire.flag(),
    claimedBy: wire.textOrNull(),
    uncertain: wire.flag(),
    failures: wire.textOrNull(),
  };
}

function decodeTimer(wire: WireReader): Timer {
  return { enteredVersion: wire.number(), index: wire.number(), dueAt: wire.number() };
}

function decodeStockEntry(wire: WireReader): StockEntry {
  const [kind, sku, qty] = [wire.text() as StockEntry['kind'], wire.text(), wire.number()];
  const effectKey = wire.textOrNull();
  return kind === 'enough' || kind === 'short'
    ? { kind, sku, qty }
    : { kind, sku, qty, effectKey: effectKey as OrderMovement['effectKey'] };
}
