import type { Order } from '../order/order.ts';
import type { Store, UnitVerdict } from '../ports/store.ts';
import type { Job, Replay } from './job.ts';
import { OrderCache } from './order-cache.ts';
import { needsCommit, type Plan, type PlanTools, planUnit } from './plan.ts';
import type { Outcome } from './request.ts';

/** Rounds after which an order that others keep changing is given up: `contention`. */
const ATTEMPTS_MAX = 8;

/** A plan and those who wait for its outcomes. */
interface LanePlan extends Plan {
  readonly jobs: readonly Job[];
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

  /** Resolves when nothing is queued or in flight. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const max = this.#tools.store.capabilities.unitsPerCommitMax;
      const batch = this.#queue.length <= max ? this.#queue : this.#queue.slice(0, max);
      this.#queue = this.#queue.length <= max ? [] : this.#queue.slice(max);
      try {
        await this.#commitBatch(batch);
      } catch (fault) {
        for (const job of batch) job.reject(fault);
      }
    }
    this.#running = null;
  }

  async #commitBatch(batch: readonly Job[]): Promise<void> {
    const plans = await this.#plan(groupByOrder(batch));
    const writes = plans.filter(needsCommit);
    const verdicts = writes.length === 0 ? [] : await this.#commit(writes);
    let commands = 0;
    for (const [index, plan] of writes.entries()) {
      const verdict = verdicts[index];
      if (verdict === undefined) throw new TypeError('a commit gives one verdict a unit');
      if (verdict.kind === 'committed') commands += plan.jobs.length;
      this.#settle(plan, verdict);
    }
    if (commands > 0) this.#tools.committed(writes.length, commands);
    for (const plan of plans) if (!needsCommit(plan)) answer(plan);
  }

  async #plan(groups: ReadonlyMap<string, [Job, ...Job[]]>): Promise<LanePlan[]> {
    const { store } = this.#tools;
    const cached = new Set([...groups.keys()].filter((key) => this.#cache.get(key) !== undefined));
    await this.#load([...groups.values()].filter((jobs) => needsRow(jobs) && !cached.has(jobs[0].orderKey)));
    const now = store.now();
    const plans = [...groups.values()].flatMap((jobs) => this.#planOne(jobs, now));
    if (store.capabilities.exclusiveWriter) return plans;
    // Somebody else may have moved the order on: what is refused on a cached row is decided again on a fresh one.
    const doubtful = plans.filter(
      (plan) => cached.has(plan.orderKey) && plan.outcomes.some((outcome) => !outcome.ok),
    );
    await this.#load(doubtful.map((plan) => jobsOf(groups, plan)));
    return plans.flatMap((plan) =>
      doubtful.includes(plan) ? this.#planOne(jobsOf(groups, plan), now) : plan,
    );
  }

  /** No plan if deciding fails: a fault in one order's rules or data is answered there and harms no other order. */
  #planOne(jobs: [Job, ...Job[]], now: number): LanePlan | [] {
    try {
      return { jobs, ...planUnit(jobs, this.#cache.get(jobs[0].orderKey), now, this.#tools) };
    } catch (fault) {
      for (const job of jobs) job.reject(fault);
      return [];
    }
  }

  async #load(groups: readonly (readonly [Job, ...Job[]])[]): Promise<void> {
    if (groups.length === 0) return;
    const keys = groups.map(([{ request, orderId }]) => ({ tenant: request.tenant, orderId }));
    const rows = await this.#tools.store.load(keys);
    for (const [index, [{ orderKey }]] of groups.entries()) this.#keep(orderKey, rows[index]);
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

  #settle(plan: LanePlan, verdict: UnitVerdict): void {
    switch (verdict.kind) {
      case 'committed':
        this.#keep(plan.orderKey, plan.order);
        answer(plan);
        return;
      case 'conflict':
        this.#keep(plan.orderKey, verdict.current);
        this.#again(plan.jobs);
        return;
      case 'key-taken':
        this.#replayTaken(plan, verdict);
        return;
      case 'external-id-taken':
        refuseTaken(plan, verdict.orderId);
        return;
      case 'failed':
        for (const job of plan.jobs) job.reject(verdict.cause);
    }
  }

  #replayTaken({ jobs }: LanePlan, { taken }: UnitVerdict & { kind: 'key-taken' }): void {
    const records = new Map(taken.map((record) => [record.hash, record]));
    const others: Job[] = [];
    for (const job of jobs) {
      const record = job.key === null ? undefined : records.get(job.key.hash);
      if (record === undefined) others.push(job);
      else this.#tools.replay({ job, record });
    }
    this.#again(others);
  }

  /** Back to the head of the queue, so that the commands of one order keep their turn. */
  #again(jobs: readonly Job[]): void {
    const patient = jobs.filter((job) => ++job.attempts < ATTEMPTS_MAX);
    this.#queue.unshift(...patient);
    for (const job of jobs) {
      if (job.attempts < ATTEMPTS_MAX) continue;
      job.resolve({ ok: false, rejection: { code: 'contention', attempts: job.attempts }, replayed: false });
    }
  }

  #keep(orderKey: string, order: Order | undefined): void {
    if (order === undefined) this.#cache.delete(orderKey);
    else this.#cache.set(orderKey, order);
  }
}

function groupByOrder(batch: readonly Job[]): Map<string, [Job, ...Job[]]> {
  const groups = new Map<string, [Job, ...Job[]]>();
  for (const job of batch) {
    const known = groups.get(job.orderKey);
    if (known === undefined) groups.set(job.orderKey, [job]);
    else known.push(job);
  }
  return groups;
}

function jobsOf(groups: ReadonlyMap<string, [Job, ...Job[]]>, { orderKey }: Plan): [Job, ...Job[]] {
  const jobs = groups.get(orderKey);
  if (jobs === undefined) throw new TypeError(`no commands of ${orderKey} are in the batch`);
  return jobs;
}

/** A new order has a new id: there is no row to read. */
function needsRow([first]: readonly [Job, ...Job[]]): boolean {
  return first.request.command.kind !== 'create';
}

function answer({ jobs, outcomes }: LanePlan): void {
  for (const [index, job] of jobs.entries()) job.resolve(outcomes[index] as Outcome);
}

function refuseTaken({ jobs }: LanePlan, orderId: string): void {
  for (const { request, resolve } of jobs) {
    const externalId = request.command.kind === 'create' ? (request.command.externalId ?? '') : '';
    resolve({ ok: false, rejection: { code: 'external-id-taken', externalId, orderId }, replayed: false });
  }
}

function toError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
