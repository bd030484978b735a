import { setTimeout as sleep } from 'node:timers/promises';
import type { BulkOperation, BulkResult, Order, PawlClient, Problem } from '@pawl/client';
import { createOperation, keyOf, stepOperations } from './operations.ts';
import type { Progress } from './progress.ts';
import type { StagedOrder, Staging } from './staging.ts';
import { type Step, stepsFrom, stepsOf } from './steps.ts';

/** Orders created in one bulk call: with at most four steps each, their events fit into one call of 1,000. */
const ORDERS_AT_ONCE = 250;
/** Orders looked at at the same time. */
const LOOKS_AT_ONCE = 8;
/** Times that a bulk call is repeated for operations which failed for a passing reason. */
const PATIENCE_MAX = 5;
/** Milliseconds between them. */
const PATIENCE_MS = 1_000;
/** Times that orders are walked: after a first disappointment they are looked at, and once more walked from there. */
const WALKS_MAX = 3;

/** What kept orders from their status, by code. */
export type Troubles = Map<string, number>;

interface Walker {
  readonly order: Order;
  readonly steps: readonly Step[];
}

/**
 * Brings every staged order into the service, and there to its status. A second run changes nothing: its calls have the
 * keys of the first; where those have expired, the service says which order has the external id, and the walk goes on
 * from where that order stands.
 */
export async function loadOrders(pawl: PawlClient, staging: Staging, progress: Progress): Promise<Troubles> {
  const troubles: Troubles = new Map();
  let last = 0;
  for (;;) {
    const batch = staging.ordersAfter(last, ORDERS_AT_ONCE);
    if (batch.length === 0) return troubles;
    last = batch.at(-1)?.sequence ?? last;
    await walk(pawl, await create(pawl, batch, staging), troubles);
    progress.advance(batch.length);
  }
}

/** Creates the orders of a batch, or finds them. The others are refused. */
async function create(
  pawl: PawlClient,
  batch: readonly StagedOrder[],
  staging: Staging,
): Promise<readonly Walker[]> {
  const results = await bulk(pawl, batch.map(createOperation));
  const walkers = await mapInParts(results, async ({ order, problem }, index) => {
    const staged = batch[index];
    if (staged === undefined) throw new Error('more results than operations');
    const steps = stepsOf(staged) ?? [];
    if (order !== undefined) return { order, steps };
    if (problem.code === 'external-id-taken') {
      return { order: (await pawl.getOrder(problem.order_id)).order, steps };
    }
    staging.refuse(staged.id, `refused by the service: ${problem.code}`);
    return undefined;
  });
  return walkers.filter((walker) => walker !== undefined);
}

async function walk(pawl: PawlClient, walkers: readonly Walker[], troubles: Troubles): Promise<void> {
  let left = walkers;
  for (let round = 1; left.length > 0; round++) {
    const { operations, owners, lost } = plan(left);
    count(troubles, 'stands in a state that is not on its way', lost);
    if (operations.length === 0) return;
    const results = await bulk(pawl, operations);
    const stuck = new Map<Walker, Problem>();
    for (const [index, { problem }] of results.entries()) {
      const owner = owners[index];
      // The first is the reason; those after it only follow from it.
      if (problem !== undefined && owner !== undefined && !stuck.has(owner)) stuck.set(owner, problem);
    }
    if (round === WALKS_MAX) {
      for (const { code } of stuck.values()) count(troubles, code, 1);
      return;
    }
    left = await mapInParts([...stuck.keys()], async ({ order, steps }) => {
      return { order: (await pawl.getOrder(order.order_id)).order, steps };
    });
  }
}

/** The operations that are left for some orders, and whose each is. */
function plan(walkers: readonly Walker[]) {
  const operations: BulkOperation[] = [];
  const owners: Walker[] = [];
  let lost = 0;
  for (const walker of walkers) {
    const { order, steps } = walker;
    const left = stepsFrom(order.status, steps);
    if (left === undefined) lost++;
    for (const operation of stepOperations(order.order_id, order.version, left ?? [])) {
      operations.push(operation);
      owners.push(walker);
    }
  }
  return { operations, owners, lost };
}

/** A bulk call whose operations all have a lasting result. Repeated as a whole: those that are done are not done again. */
async function bulk(pawl: PawlClient, operations: readonly BulkOperation[]): Promise<readonly BulkResult[]> {
  const idempotencyKey = keyOf(operations);
  for (let attempt = 1; ; attempt++) {
    const results = await pawl.bulk(operations, { idempotencyKey });
    const forbidden = results.find(({ problem }) => problem?.code === 'role-required')?.problem;
    if (forbidden !== undefined)
      throw new Error(`${forbidden.detail} The key of a loader needs importer and operator.`);
    const isLasting = results.every(({ status }) => status < 500 && status !== 429);
    if (isLasting || attempt === PATIENCE_MAX) return results;
    await sleep(PATIENCE_MS);
  }
}

async function mapInParts<T, R>(
  values: readonly T[],
  map: (value: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < values.length; start += LOOKS_AT_ONCE) {
    const part = values.slice(start, start + LOOKS_AT_ONCE);
    results.push(...(await Promise.all(part.map((value, index) => map(value, start + index)))));
  }
  return results;
}

function count(troubles: Troubles, what: string, by: number): void {
  if (by > 0) troubles.set(what, (troubles.get(what) ?? 0) + by);
}
