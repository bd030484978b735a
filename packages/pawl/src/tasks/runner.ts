import type { OwnRequest } from '../engine/engine.ts';
import type { WorkDesk } from '../engine/work-desk.ts';
import { systemActor } from '../order/command.ts';
import type { LiveOrder, Task } from '../order/work.ts';
import type { OpenTask, OrderKey, Unit, WorkDue } from '../ports/store.ts';
import { BUILT_IN_TASKS } from '../workflow/built-in-tasks.ts';
import { Alarm } from './alarm.ts';
import { Attempts } from './attempts.ts';
import { type CarryOutTools, carryOut } from './carry-out.ts';

/** How long a task belongs to who claimed it, unless it is extended: long enough for a pause, short enough to wait for after a crash. */
export const LEASE_MS = 30_000;
/** Tasks that one node carries out at once: they wait for others, mostly. */
export const SLOTS_MAX = 256;
/** Longest time between two looks for work that nobody told of; each wait is a random half to whole of it. */
export const POLL_MS = 500;
/** Timers and lapsed tasks taken up in one look. */
const DUE_AT_ONCE = 256;
/** While a backlog waits, one claim is made for this part of all places, and not one for each that becomes free. */
const CLAIM_PART = 1 / 4;
/** Orders that cannot be read, one after the other, until the store counts as away: each may take as long as it lets a call wait. */
const UNREAD_MAX = 2;
/** How long a freed place may wait for others before the backlog is claimed all the same. */
const BACKLOG_WAIT_MS = 2;

export interface RunnerTools extends Omit<CarryOutTools, 'attempts' | 'wake'> {
  readonly slotsMax: number;
  readonly leaseMs: number;
  readonly pollMs: number;
}

/**
 * Carries out tasks and fires timers: takes over what the commits of this node make, and looks all the time for what is due,
 * whoever has made it and whoever has left it behind.
 */
export class TaskRunner implements WorkDesk {
  readonly #tools: RunnerTools & CarryOutTools;
  readonly #names: readonly string[];
  readonly #name: string;
  readonly #alarm: Alarm;
  readonly #attempts: Attempts;
  /** Places taken: by attempts, and by tasks whose commit or claim is on its way. */
  #taken = 0;
  #hasBacklog = false;
  /** Tasks that are being given back since they were not begun. */
  readonly #returning = new Set<Promise<void>>();
  #looking: Promise<void> | null = null;
  #isStopping = false;

  constructor(tools: RunnerTools) {
    this.#attempts = new Attempts(tools);
    this.#tools = { ...tools, attempts: this.#attempts, wake: (at) => this.wake(at) };
    const local = [...BUILT_IN_TASKS].filter(([, traits]) => traits.local).map(([name]) => name);
    this.#names = [...new Set([...tools.handlers.keys(), ...local])];
    this.#name = `node-${tools.random.hex(4)}`;
    this.#alarm = new Alarm(tools.clock, () => tools.store.now());
  }

  /** Begins to look for work. Without it nothing is looked for until a commit of this node makes some. */
  start(): void {
    if (!this.#isStopping) this.#looking ??= this.#look();
  }

  /** Whether this node carries out tasks of that name. */
  serves(name: string): boolean {
    return this.#names.includes(name);
  }

  /** Something is due, or will be at that time, milliseconds since the epoch. */
  wake(at: number): void {
    this.#alarm.ring(at);
    this.start();
  }

  /**
   * Begins nothing new, gives back what was claimed and not begun, and waits for what runs, at most `graceMs`; what runs then is
   * aborted. Its outcome is not known, and it is tried again by whoever is there when its lease ends.
   */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    this.#alarm.ring(0);
    await this.#looking;
    await Promise.all([this.#attempts.end(graceMs), this.#returned(graceMs)]);
  }

  reserve(name: string): { readonly claimedBy: string; readonly leaseUntil: number } | null {
    const { leaseMs, store } = this.#tools;
    if (this.#isStopping || this.#free() <= 0 || !this.serves(name)) return null;
    this.#taken++;
    return { claimedBy: this.#name, leaseUntil: store.now() + leaseMs };
  }

  giveBack(count: number): void {
    this.#taken -= count;
    this.#claimBacklog();
  }

  committed(order: LiveOrder, { tenant, orderId, tasks, timers }: Unit, begun: readonly Task[]): void {
    const taken = begun.map((task) => ({ ...task, tenant, orderId }));
    this.#return(taken.filter((task) => !this.#begin(task, order)));
    for (const { kind, task } of tasks) {
      if (kind === 'remove' || task.dead) continue;
      if (task.leaseUntil === null) this.wake(task.dueAt);
      else if (task.orphan) this.wake(task.leaseUntil);
    }
    for (const { kind, timer } of timers) if (kind === 'add') this.wake(timer.dueAt);
  }

  async #look(): Promise<void> {
    const { store, pollMs, random } = this.#tools;
    while (!this.#isStopping) {
      const { nextAt, isMore } = await this.#lookOnce().catch(() => {
        // The store cannot be reached: its calls were observed, and it is looked at again.
        return { nextAt: null, isMore: false };
      });
      if (isMore || this.#isStopping) continue;
      await this.#alarm.wait(
        pollMs * (0.5 + random.fraction() / 2),
        nextAt === null ? null : Math.max(nextAt, store.now()),
      );
    }
  }

  async #lookOnce(): Promise<{ readonly nextAt: number | null; readonly isMore: boolean }> {
    const due = await this.#tools.store.peekWork({ names: this.#names, limit: DUE_AT_ONCE });
    const [claimed, fired] = await Promise.all([due.ready ? this.#claim() : 0, this.#fire(due)]);
    this.#hasBacklog = due.ready && this.#free() <= 0;
    // What fails now is tried again at the next look, and not at once.
    const isMore = claimed > 0 || fired > 0;
    return { nextAt: due.nextAt, isMore: isMore && !this.#hasBacklog };
  }

  #free(): number {
    return this.#tools.slotsMax - this.#taken;
  }

  async #claim(): Promise<number> {
    const { store, engine, leaseMs } = this.#tools;
    const limit = this.#free();
    if (limit <= 0 || this.#isStopping) return 0;
    this.#taken += limit;
    let tasks: readonly OpenTask[] = [];
    try {
      const query = { tenant: null, names: this.#names, limit, leaseMs, claimedBy: this.#name, key: null };
      const verdict = await store.claim(query);
      if (verdict.kind === 'claimed') tasks = verdict.tasks;
    } finally {
      this.#taken -= limit - tasks.length;
    }
    for (const task of tasks) engine.forget(task);
    const orders = await this.#ordersOf(tasks);
    const unbegun = tasks.filter((task, index) => !this.#begin(task, orders?.[index]));
    // What the store does not give, though it gives others, stays held: given back it would be first in line again for ever.
    this.#return(unbegun.filter((task) => orders === null || orders[tasks.indexOf(task)] !== undefined));
    return tasks.length - unbegun.length;
  }

  /** One that cannot be read keeps none of the others waiting: then they are read one by one. Null where the store gives none. */
  async #ordersOf(tasks: readonly OpenTask[]): Promise<readonly (LiveOrder | undefined)[] | null> {
    const { store } = this.#tools;
    if (tasks.length === 0) return [];
    const together = await store.load(tasks).catch(() => null);
    if (together !== null || tasks.length === 1) return together;
    const orders: (LiveOrder | undefined)[] = [];
    for (const task of tasks) {
      const [order] = await store.load([task]).catch(() => []);
      orders.push(order);
      if (orders.length === UNREAD_MAX && orders.every((one) => one === undefined)) return null;
    }
    return orders;
  }

  /**
   * Timers that are due, and tasks that nobody holds and nobody shall: says how many were dealt with. Two nodes may both see
   * them: the second is refused.
   */
  async #fire({ timers, lapsed }: WorkDue): Promise<number> {
    const fired = await Promise.allSettled([
      ...timers.map((timer) => {
        const { enteredVersion, index } = timer;
        return this.#submit(timer, { kind: 'timer', enteredVersion, index });
      }),
      ...lapsed.map((task) => this.#submit(task, { kind: 'lapse-task', taskId: task.id })),
    ]);
    return fired.filter((one) => one.status === 'fulfilled' && one.value).length;
  }

  async #submit({ tenant, orderId }: OrderKey, command: OwnRequest['command']): Promise<boolean> {
    const request = { tenant, orderId, command, actor: systemActor(tenant) };
    return (await this.#tools.engine.submitOwn(request)).ok;
  }

  /** A place is taken for the task already. Says whether it is carried out here. */
  #begin(task: OpenTask, order: LiveOrder | undefined): boolean {
    // First of all: what still runs here must not be given back.
    const runsHere = this.#attempts.adopt(task);
    // While it stops nothing begins. Nor does anything whose lease is over by now: somebody else may hold the task.
    if (runsHere || this.#isStopping || order === undefined || !this.#attempts.isInTime(task)) {
      this.#release();
      return runsHere;
    }
    carryOut(task, order, this.#tools).then(
      () => this.#release(),
      // A definition that lacks the step: it stays claimed until its lease ends, and in the end dies of its attempts.
      () => this.#release(),
    );
    return true;
  }

  /**
   * What was taken and not begun costs no attempt and leaves no doubt: else a stop could use up the only attempt of a task that
   * was never tried. Where it cannot be told, the task is given out again when its lease ends, as after a crash.
   */
  #return(tasks: readonly OpenTask[]): void {
    if (tasks.length === 0) return;
    const { store, engine } = this.#tools;
    const updates = tasks.map(
      ({ tenant, orderId, id, token }) => ({ kind: 'return', tenant, orderId, id, token }) as const,
    );
    const settled = () => {
      for (const task of tasks) engine.forget(task);
      // No commit of this node may have made it look for work before.
      this.start();
    };
    const returning = store.updateTasks(updates).then(settled, settled);
    this.#returning.add(returning);
    void returning.then(() => this.#returning.delete(returning));
  }

  async #returned(graceMs: number): Promise<void> {
    if (this.#returning.size === 0) return;
    const over = new AbortController();
    await Promise.race([Promise.all(this.#returning), this.#tools.clock.sleep(graceMs, over.signal)]);
    over.abort();
  }

  #release(): void {
    this.#taken--;
    this.#claimBacklog();
  }

  #claimBacklog(): void {
    if (!this.#hasBacklog) return;
    const { slotsMax, store } = this.#tools;
    const isEnough = this.#free() >= slotsMax * CLAIM_PART;
    this.#alarm.ring(isEnough ? 0 : store.now() + BACKLOG_WAIT_MS);
  }
}
