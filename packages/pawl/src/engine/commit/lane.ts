import type { Order } from '../../order/order.ts';
import type { KeyRecord, Store, UnitVerdict } from '../../ports/store.ts';
import { toError } from '../fault.ts';
import type { Job, Replay } from './job.ts';
import { OrderCache } from './order-cache.ts';
import { needsCommit, type Plan, type PlanTools, planUnit } from './plan.ts';

/** Rounds after which an order that others keep changing is given up: `contention`. */
const ATTEMPTS_MAX = 8;

type JobsOfOrder = readonly [Job, ...Job[]];

/** A plan and those who wait for its outcomes. */
interface LanePlan extends Plan {
  readonly jobs: JobsOfOrder;
}

export interface LaneTools extends PlanTools {
  readonly store: Store;
  readonly cacheBytesMax: number;
  /** Answers a job from the record of an earlier, equal one. */
  readonly replay: (replay: Replay) => void;
  readonly committed: (units: number, commands: number) => void;
}

/**
 * Takes the commands of some orders (all whose id has the lane's hash) from submission to commit, one batch after the other:
 * what arrives while a commit is in flight makes up the next batch. So an order is never in two commits at once, an idle
 * lane commits at once, and a busy one shares each sync of the disk among many.
 */
export class Lane {
  readonly #tools: LaneTools;
  readonly #cache: OrderCache;
  #queue: Job[] = [];
  #running: Promise<void> | null = null;

  constructor(tools: LaneTools) {
    this.#tools = tools;
    this.#cache = new OrderCache(tools.cacheBytesMax);
  }

  push(job: Job): void {
    this.#queue.push(job);
    // In a later microtask, so that all operations of one bulk call share a batch.
    this.#running ??= Promise.resolve().then(() => this.#run());
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      let batch = this.#take();
      // What must be decided again goes before all that is newer, so that commands of one order keep their turn and a
      // stream of new arrivals cannot spoil every round.
      while (batch.length > 0) batch = await this.#round(batch);
    }
    this.#running = null;
  }

  #take(): readonly Job[] {
    const max = this.#tools.store.capabilities.unitsPerCommitMax;
    const batch = this.#queue.length <= max ? this.#queue : this.#queue.slice(0, max);
    this.#queue = this.#queue.length <= max ? [] : this.#queue.slice(max);
    return batch;
  }

  /** Decides, commits and answers a batch; gives those who must be decided again. */
  async #round(batch: readonly Job[]): Promise<readonly Job[]> {
    try {
      const plans = await this.#plan(groupByOrder(batch));
      const writes = plans.filter(needsCommit);
      const verdicts = writes.length === 0 ? [] : await this.#commit(writes);
      const again = writes.flatMap((plan, index) => this.#settle(plan, verdicts[index]));
      for (const plan of plans) if (!needsCommit(plan)) answer(plan);
      this.#tellCommitted(writes, verdicts);
      return again;
    } catch (fault) {
      for (const job of batch) job.reject(fault);
      return [];
    }
  }

  async #plan(groups: ReadonlyMap<string, JobsOfOrder>): Promise<readonly LanePlan[]> {
    const { store } = this.#tools;
    const rows = new Map<string, Order | undefined>();
    for (const key of groups.keys()) {
      const row = this.#cache.get(key);
      if (row !== undefined) rows.set(key, row);
    }
    const cached = new Set(rows.keys());
    const missing = [...groups.values()].filter((jobs) => needsRow(jobs) && !cached.has(jobs[0].orderKey));
    await this.#load(missing, rows);
    const now = store.now();
    const planOne = (jobs: JobsOfOrder): LanePlan => {
      return { jobs, ...planUnit(jobs, rows.get(jobs[0].orderKey), now, this.#tools) };
    };
    const plans = Array.from(groups.values(), planOne);
    if (store.capabilities.exclusiveWriter) return plans;
    // Somebody else may have moved the order on: what is refused on a cached row is decided again on a fresh one.
    const doubtful = new Set(plans.filter((plan) => cached.has(plan.orderKey) && refusesAny(plan)));
    await this.#load(
      Array.from(doubtful, ({ jobs }) => jobs),
      rows,
    );
    return plans.map((plan) => (doubtful.has(plan) ? planOne(plan.jobs) : plan));
  }

  /** Rows go to the batch itself: the cache may be too small to hold them until they are decided on. */
  async #load(groups: readonly JobsOfOrder[], rows: Map<string, Order | undefined>): Promise<void> {
    if (groups.length === 0) return;
    const keys = groups.map(([{ request, orderId }]) => ({ tenant: request.tenant, orderId }));
    const loaded = await this.#tools.store.load(keys);
    for (const [index, [{ orderKey }]] of groups.entries()) {
      rows.set(orderKey, loaded[index]);
      this.#keep(orderKey, loaded[index]);
    }
  }

  async #commit(plans: readonly LanePlan[]): Promise<readonly UnitVerdict[]> {
    try {
      return await this.#tools.store.commit(plans.map(({ unit }) => unit));
    } catch (cause) {
      for (const { orderKey } of plans) this.#cache.delete(orderKey);
      return Promise.all(plans.map((plan) => this.#resolveUnknown(plan, toError(cause))));
    }
  }

  /** A commit that failed may still have been made: the newest event of the unit tells, for a unit is written whole. */
  async #resolveUnknown({ unit }: Plan, cause: Error): Promise<UnitVerdict> {
    const last = unit.events.at(-1);
    const commandId = last?.payload?.commandId;
    if (last === undefined || commandId === undefined) return { kind: 'failed', cause };
    const written = await this.#tools.store.lookup(unit, last.head.version, commandId).catch(() => false);
    return written ? { kind: 'committed' } : { kind: 'failed', cause };
  }

  /** Answers what is settled; gives the jobs that must be decided again. */
  #settle(plan: LanePlan, verdict: UnitVerdict | undefined): readonly Job[] {
    switch (verdict?.kind) {
      case 'committed':
        this.#keep(plan.orderKey, plan.order);
        answer(plan);
        return [];
      case 'conflict':
        this.#keep(plan.orderKey, verdict.current);
        return patient(plan.jobs);
      case 'key-taken':
        return this.#replayTaken(plan, verdict.taken);
      case 'external-id-taken':
        refuseTaken(plan, verdict.orderId);
        return [];
      case 'failed':
        for (const job of plan.jobs) job.reject(verdict.cause);
        return [];
      case undefined:
        throw new TypeError('a commit gives one verdict a unit');
    }
  }

  /** All taken keys of a unit are told at once: without these jobs the others will not meet them again. */
  #replayTaken({ jobs }: LanePlan, taken: readonly KeyRecord[]): readonly Job[] {
    const records = new Map(taken.map((record) => [record.hash, record]));
    return jobs.filter((job) => {
      const record = job.key === null ? undefined : records.get(job.key.hash);
      if (record !== undefined) this.#tools.replay({ job, record });
      return record === undefined;
    });
  }

  #tellCommitted(writes: readonly LanePlan[], verdicts: readonly UnitVerdict[]): void {
    const committed = writes.filter((_, index) => verdicts[index]?.kind === 'committed');
    if (committed.length === 0) return;
    this.#tools.committed(
      committed.length,
      committed.reduce((sum, { jobs }) => sum + jobs.length, 0),
    );
  }

  #keep(orderKey: string, order: Order | undefined): void {
    if (order === undefined) this.#cache.delete(orderKey);
    else this.#cache.set(orderKey, order);
  }
}

function groupByOrder(batch: readonly Job[]): Map<string, JobsOfOrder> {
  const groups = new Map<string, [Job, ...Job[]]>();
  for (const job of batch) {
    const known = groups.get(job.orderKey);
    if (known === undefined) groups.set(job.orderKey, [job]);
    else known.push(job);
  }
  return groups;
}

/** A new order has a new id: there is no row to read. */
function needsRow([first]: JobsOfOrder): boolean {
  return first.request.command.kind !== 'create';
}

function refusesAny({ outcomes }: Plan): boolean {
  return outcomes.some((outcome) => !(outcome instanceof Error) && !outcome.ok);
}

function answer({ jobs, outcomes }: LanePlan): void {
  for (const [index, job] of jobs.entries()) {
    const outcome = outcomes[index];
    if (outcome instanceof Error) job.reject(outcome);
    else if (outcome !== undefined) job.resolve(outcome);
  }
}

/** Those who go on after a conflict; the others have met too many and are told so. */
function patient(jobs: readonly Job[]): readonly Job[] {
  return jobs.filter((job) => {
    if (++job.attempts < ATTEMPTS_MAX) return true;
    job.resolve({ ok: false, rejection: { code: 'contention', attempts: job.attempts }, replayed: false });
    return false;
  });
}

function refuseTaken({ jobs }: LanePlan, orderId: string): void {
  for (const { request, resolve } of jobs) {
    const externalId = request.command.kind === 'create' ? (request.command.externalId ?? '') : '';
    resolve({ ok: false, rejection: { code: 'external-id-taken', externalId, orderId }, replayed: false });
  }
}
