import type { RejectionCode } from '../../order/rejection.ts';
import type { LiveOrder } from '../../order/work.ts';
import type { KeyRecord, Store, UnitVerdict } from '../../ports/store.ts';
import { toError } from '../fault.ts';
import { CacheTrust } from './cache-trust.ts';
import type { Gate } from './gate.ts';
import type { Job, Replay } from './job.ts';
import { OrderCache } from './order-cache.ts';
import { needsCommit, type Plan, type PlanTools, planUnit } from './plan.ts';
import type { StockBook } from './stock-book.ts';
import { stockNeeds } from './stock-needs.ts';

/** Rounds after which an order that others keep changing is given up: `contention`. */
const ATTEMPTS_MAX = 8;

/** What a claim or a heartbeat changes without the lane's knowledge: such a refusal is decided again on a fresh row. */
const DOUBTFUL: ReadonlySet<RejectionCode> = new Set<RejectionCode>([
  'lease-lost',
  'task-not-found',
  'task-not-dead',
  'task-running',
  'timer-gone',
]);

type JobsOfOrder = readonly [Job, ...Job[]];
type Rows = Map<string, LiveOrder | undefined>;

/** A plan and those who wait for its outcomes. */
interface LanePlan extends Plan {
  readonly jobs: JobsOfOrder;
}

export interface LaneTools extends PlanTools {
  readonly store: Store;
  readonly cacheBytesMax: number;
  readonly book: StockBook;
  /** Whoever decides on stock passes here: together as a rule, alone where stock was not what it was taken to be. */
  readonly gate: Gate;
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
  readonly #trust = new CacheTrust();
  /** Orders whose rows of work were changed since the present round has read them: what it keeps of them would be of the past. */
  readonly #outdated = new Set<string>();
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

  /** Drops what is remembered of an order: somebody has changed its rows of work. */
  forget(orderKey: string): void {
    this.#cache.delete(orderKey);
    if (this.#running !== null) this.#outdated.add(orderKey);
  }

  /** Decides, commits and answers a batch; gives those who must be decided again. */
  async #round(batch: readonly Job[]): Promise<readonly Job[]> {
    this.#outdated.clear();
    try {
      const groups = groupByOrder(batch);
      const { rows, cached } = await this.#rows(groups);
      const needs = stockNeeds(groups.values(), rows, this.#tools.definitions);
      if (needs.size === 0) return await this.#decide(groups, rows, cached);
      const { gate, book } = this.#tools;
      const isAgain = batch.some(({ stockChanges }) => stockChanges > 0);
      const leave = await gate.pass(isAgain);
      try {
        for (const [tenant, skus] of needs) await book.read(tenant, skus, isAgain);
        return await this.#decide(groups, rows, cached);
      } finally {
        leave();
      }
    } catch (fault) {
      for (const job of batch) job.reject(fault);
      return [];
    }
  }

  async #rows(
    groups: ReadonlyMap<string, JobsOfOrder>,
  ): Promise<{ readonly rows: Rows; readonly cached: ReadonlySet<string> }> {
    const rows: Rows = new Map();
    for (const key of groups.keys()) {
      const row = this.#cache.get(key);
      if (row !== undefined) rows.set(key, row);
    }
    if (this.#trust.isLost) return { rows: await this.#read(groups, rows), cached: new Set() };
    const cached = new Set(rows.keys());
    const missing = [...groups.values()].filter((jobs) => needsRow(jobs) && !cached.has(jobs[0].orderKey));
    await this.#load(missing, rows);
    return { rows, cached };
  }

  /** All rows as they are now, whatever is remembered of them. */
  async #read(groups: ReadonlyMap<string, JobsOfOrder>, remembered: Rows): Promise<Rows> {
    const rows: Rows = new Map();
    await this.#load([...groups.values()].filter(needsRow), rows);
    const judged = [...remembered].filter(([key]) => groups.get(key)?.[0].attempts === 0);
    if (judged.length > 0)
      this.#trust.note(judged.some(([key, row]) => row?.version !== rows.get(key)?.version));
    return rows;
  }

  async #decide(
    groups: ReadonlyMap<string, JobsOfOrder>,
    rows: Rows,
    cached: ReadonlySet<string>,
  ): Promise<readonly Job[]> {
    const plans = await this.#plan(groups, rows, cached);
    const writes = plans.filter(needsCommit);
    const verdicts = writes.length === 0 ? [] : await this.#commit(writes);
    this.#noteStale(writes, verdicts, cached);
    const again = writes.flatMap((plan, index) => this.#settle(plan, verdicts[index]));
    for (const plan of plans) if (!needsCommit(plan)) answer(plan);
    this.#tellCommitted(writes, verdicts);
    return again;
  }

  /** What is decided again was read meanwhile: it says nothing about what is remembered. */
  #noteStale(
    writes: readonly LanePlan[],
    verdicts: readonly UnitVerdict[],
    cached: ReadonlySet<string>,
  ): void {
    const remembered = writes.flatMap(({ orderKey, jobs: [{ attempts }] }, index) =>
      cached.has(orderKey) && attempts === 0 ? [verdicts[index]?.kind] : [],
    );
    if (remembered.length > 0) this.#trust.note(remembered.includes('conflict'));
  }

  async #plan(
    groups: ReadonlyMap<string, JobsOfOrder>,
    rows: Rows,
    cached: ReadonlySet<string>,
  ): Promise<readonly LanePlan[]> {
    const { store, book } = this.#tools;
    const now = store.now();
    const planOne = (jobs: JobsOfOrder): LanePlan => {
      const plan = { jobs, ...planUnit(jobs, rows.get(jobs[0].orderKey), now, this.#tools) };
      if (plan.unit.stock.length > 0) book.move(plan.unit.tenant, plan.unit.stock, 1);
      return plan;
    };
    const plans = Array.from(groups.values(), planOne);
    // Somebody else may have moved the order, or its tasks, on: what no commit will confirm is decided again on a fresh row.
    const isDoubtful = store.capabilities.exclusiveWriter ? doubts : isUnconfirmed;
    const doubtful = new Set(plans.filter((plan) => cached.has(plan.orderKey) && isDoubtful(plan)));
    if (doubtful.size === 0) return plans;
    try {
      await this.#load(
        Array.from(doubtful, ({ jobs }) => jobs),
        rows,
      );
    } catch (fault) {
      for (const plan of plans) this.#giveUp(plan);
      throw fault;
    }
    return plans.map((plan) => {
      if (!doubtful.has(plan)) return plan;
      this.#giveUp(plan);
      return planOne(plan.jobs);
    });
  }

  /** The plan will not be written: what it has taken is free again. */
  #giveUp({ unit, begun }: LanePlan): void {
    if (begun.length > 0) this.#tools.desk.giveBack(begun.length);
    if (unit.stock.length > 0) this.#tools.book.move(unit.tenant, unit.stock, -1);
  }

  /** Rows go to the batch itself: the cache may be too small to hold them until they are decided on. */
  async #load(groups: readonly JobsOfOrder[], rows: Rows): Promise<void> {
    if (groups.length === 0) return;
    const keys = groups.map(([{ request, orderId }]) => ({ tenant: request.tenant, orderId }));
    const loaded = await this.#tools.store.load(keys, 'commit');
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
    if (verdict?.kind !== 'committed') this.#giveUp(plan);
    switch (verdict?.kind) {
      case 'committed':
        this.#keep(plan.orderKey, plan.order);
        answer(plan);
        this.#handOver(plan);
        return [];
      case 'conflict':
        this.#keep(plan.orderKey, verdict.current);
        return patient(plan.jobs);
      case 'stock-changed':
        this.#tools.book.correct(plan.unit.tenant, verdict.balances);
        for (const job of plan.jobs) job.stockChanges++;
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

  #handOver({ order, unit, begun }: LanePlan): void {
    if (order !== undefined && unit.tasks.length + unit.timers.length > 0) {
      this.#tools.desk.committed(order, unit, begun);
    }
  }

  #tellCommitted(writes: readonly LanePlan[], verdicts: readonly UnitVerdict[]): void {
    const committed = writes.filter((_, index) => verdicts[index]?.kind === 'committed');
    if (committed.length === 0) return;
    this.#tools.committed(
      committed.length,
      committed.reduce((sum, { jobs }) => sum + jobs.length, 0),
    );
  }

  #keep(orderKey: string, order: LiveOrder | undefined): void {
    if (order === undefined || this.#outdated.has(orderKey)) this.#cache.delete(orderKey);
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

/** Refusals, and plans that find the order as it should be and write nothing to it: neither needs the row to be what it was. */
function isUnconfirmed({ outcomes, unit }: Plan): boolean {
  return unit.events.length === 0 || outcomes.some((outcome) => !(outcome instanceof Error) && !outcome.ok);
}

function doubts({ outcomes }: Plan): boolean {
  return outcomes.some(
    (outcome) => !(outcome instanceof Error) && !outcome.ok && DOUBTFUL.has(outcome.rejection.code),
  );
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
