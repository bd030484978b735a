import { BUILT_IN_TASKS } from '../../workflow/built-in-tasks.ts';
import type { WorkflowDefinition } from '../../workflow/definition.ts';
import { type Callers, TENANT } from './callers.ts';
import type { Chance } from './chance.ts';
import type { SimulatedDatabase } from './database.ts';
import type { SimulatedNode } from './node.ts';
import type { Schedule } from './schedule.ts';

/** How long a run is looked at before the next look whether it is at rest, milliseconds. */
const SLICE_MS = 5_000;
/** How long it may take to come to rest: clocks that were set back by minutes make leases and timers longer. */
const LONGEST_MS = 90 * 60_000;
/** How often operators have dead tasks tried again. */
const RETRIES = 3;
/** Orders that are moved on in the end. */
const PROBED = 12;
/** All there could be: more orders than any plan has. */
const ALL = 10_000;

export interface RecoveryTools {
  readonly schedule: Schedule;
  readonly nodes: readonly SimulatedNode[];
  readonly callers: Callers;
  readonly database: SimulatedDatabase;
  readonly chance: Chance;
}

/** The time after the last fault: everything is to come to an end by itself, and what is dead with an operator's help. */
export class Recovery {
  readonly #tools: RecoveryTools;

  constructor(tools: RecoveryTools) {
    this.#tools = tools;
  }

  /** False if it has not come to rest. */
  async run(): Promise<boolean> {
    for (let retries = 0; retries <= RETRIES; retries++) {
      if (!(await this.#settle())) return false;
      this.#askAgain();
      if (!(await this.#retryDead()) && this.#tools.callers.isIdle) break;
    }
    await this.#probe();
    return this.#settle();
  }

  async #settle(): Promise<boolean> {
    const { schedule, callers, nodes } = this.#tools;
    const until = schedule.now + LONGEST_MS;
    while (schedule.now < until) {
      await schedule.run(schedule.now + SLICE_MS);
      // A start may still wait for a message of the time before: whoever is asked now is asked in vain.
      if (!callers.isIdle || nodes.some(({ running }) => running === null)) continue;
      const restIn = await this.#nextIn();
      if (restIn === null) return true;
      // With nothing under way nodes only look for work: looks that would find none are left out.
      if (nodes.every((node) => node.isIdle)) schedule.skip(restIn);
    }
    return false;
  }

  /** When something is due again, milliseconds from now; null if nothing ever is. */
  async #nextIn(): Promise<number | null> {
    const { database } = this.#tools;
    const tasks = await database.store.listTasks({ tenant: TENANT, after: null, limit: ALL });
    const names = [...new Set([...tasks.map(({ name }) => name), ...BUILT_IN_TASKS.keys()])];
    const { ready, timers, lapsed, nextAt } = await database.store.peekWork({ names, limit: 1 });
    const isRunning = tasks.some(({ dead }) => !dead);
    if (ready || timers.length > 0 || lapsed.length > 0) return 0;
    if (nextAt === null) return isRunning ? 0 : null;
    return Math.max(0, nextAt - database.clock.now());
  }

  /** Every node moves orders on that wait for somebody: none has lost its way. */
  async #probe(): Promise<void> {
    const { database, callers, nodes, chance } = this.#tools;
    const { store } = database;
    const orders = await store.list({
      tenant: TENANT,
      direction: 'desc',
      after: null,
      offset: 0,
      limit: PROBED,
    });
    const definitions = await store.definitions(0);
    for (const [index, { id: orderId, status, workflowHash }] of orders.entries()) {
      const content = definitions.find(({ hash }) => hash === workflowHash)?.content ?? '{"states":{}}';
      const { states } = JSON.parse(content) as WorkflowDefinition;
      const events = Object.keys(states[status]?.on ?? {});
      const node = nodes[index % nodes.length];
      if (events.length === 0) continue;
      const command = { kind: 'event', event: chance.pick(events), reason: 'looked at' } as const;
      const wish = { client: 'operator', command, orderId, key: `probe-${orderId}`, node };
      void callers.during(async () => void (await callers.call(wish, chance)));
    }
  }

  /** Whoever was left without an answer under a key asks once more. */
  #askAgain(): void {
    const { callers, chance } = this.#tools;
    for (const wish of callers.unanswered)
      void callers.during(async () => void (await callers.call(wish, chance)));
  }

  /** Says whether there were any. They are tried again while the run goes on. */
  async #retryDead(): Promise<boolean> {
    const { database, callers, chance } = this.#tools;
    const dead = await database.store.listTasks({ tenant: TENANT, status: 'dead', after: null, limit: ALL });
    for (const { id: taskId, orderId } of dead) {
      const wish = {
        client: 'operator',
        command: { kind: 'retry-task', taskId } as const,
        orderId,
        key: null,
      };
      void callers.during(async () => void (await callers.call(wish, chance)));
    }
    return dead.length > 0;
  }
}
