import { createPawl, type Pawl } from '../../pawl.ts';
import type { PaymentGateway } from '../../ports/payment-gateway.ts';
import { createIds } from '../../ports/system.ts';
import { done, failed, retryLater, type TaskHandler } from '../../ports/task-handler.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import { createSeededRandom } from '../seeded-random.ts';
import type { Chance } from './chance.ts';
import { connect } from './connection.ts';
import type { SimulatedDatabase } from './database.ts';
import type { Errands } from './errands.ts';
import { Host } from './host.ts';
import type { FaultRates, Plan } from './plan.ts';
import { isOutside, SUBSCRIPTIONS } from './random-workflow.ts';
import type { Schedule } from './schedule.ts';
import type { Trace } from './trace.ts';

/** How long a supervisor waits before it starts a process again that could not start, milliseconds. */
const START_AGAIN_MS = 700;

export interface NodeTools {
  readonly plan: Plan;
  readonly schedule: Schedule;
  readonly database: SimulatedDatabase;
  readonly chance: Chance;
  readonly rates: () => FaultRates;
  readonly errands: Errands;
  readonly recorder: HistoryRecorder;
  readonly trace: Trace;
}

/** A place where a process of the engine runs, dies and is started again. */
export class SimulatedNode {
  readonly name: string;
  /** How wrong the clock of the machine is. */
  readonly skewMs: number;
  readonly #tools: NodeTools;
  #host: Host | null = null;
  #pawl: Pawl | null = null;
  #starts = 0;
  #cutOffUntil = 0;

  constructor(index: number, tools: NodeTools) {
    this.name = `node ${index}`;
    this.skewMs = tools.plan.topology.skewsMs[index] ?? 0;
    this.#tools = tools;
  }

  /** The engine, with the machine that it runs on; null while there is none. */
  get running(): { readonly pawl: Pawl; readonly host: Host } | null {
    return this.#pawl === null || this.#host === null || !this.#host.isUp
      ? null
      : { pawl: this.#pawl, host: this.#host };
  }

  /** Whether the process waits for nothing but the next look for work. */
  get isIdle(): boolean {
    const { running } = this;
    return running !== null && !running.host.isFrozen && running.host.sleeping === 1;
  }

  /** Starts a process, and again until it has started. */
  async start(): Promise<void> {
    const { schedule, trace } = this.#tools;
    for (const start = ++this.#starts; start === this.#starts; ) {
      const host = new Host(schedule, () => this.skewMs);
      this.#host = host;
      try {
        const pawl = await host.enter(this.#createPawl(host, start));
        if (start !== this.#starts) return;
        this.#pawl = pawl;
        trace(() => `${this.name} has started`);
        return;
      } catch (error) {
        trace(() => `${this.name} cannot start: ${String(error)}`);
        await schedule.wait(START_AGAIN_MS);
      }
    }
  }

  /** Ends the process at once, and starts another after that time. */
  crash(downMs: number): void {
    this.#tools.trace(() => `${this.name} dies`);
    this.#host?.die();
    this.#pawl = null;
    const start = ++this.#starts;
    this.#tools.schedule.in(downMs, () => {
      if (start === this.#starts) void this.start();
    });
  }

  /** Ends the process as an operator does: it answers what it has taken first. Then another starts. */
  async restart(): Promise<void> {
    const { running } = this;
    if (running === null) return;
    const start = ++this.#starts;
    this.#pawl = null;
    this.#tools.trace(() => `${this.name} is asked to end`);
    await running.host.enter(running.pawl.close()).catch(() => undefined);
    this.#tools.trace(() => `${this.name} has ended`);
    running.host.die();
    if (start === this.#starts) await this.start();
  }

  freeze(ms: number): void {
    this.#tools.trace(() => `${this.name} is frozen for ${ms} ms`);
    this.#host?.freeze(ms);
  }

  cutOff(ms: number): void {
    this.#tools.trace(() => `${this.name} cannot reach the database for ${ms} ms`);
    this.#cutOffUntil = Math.max(this.#cutOffUntil, this.#tools.schedule.now + ms);
  }

  /** Whatever lies between it and the database is mended. */
  reconnect(): void {
    this.#cutOffUntil = 0;
  }

  #createPawl(host: Host, start: number): Promise<Pawl> {
    const { plan, schedule, database, chance, rates, errands, trace } = this.#tools;
    const { topology, workflows, seed } = plan;
    const random = createSeededRandom(`${seed} ${this.name} ${start}`);
    const { exclusiveWriter, lanes, unitsPerCommitMax } = topology;
    const store = connect({
      schedule,
      database,
      host,
      chance: chance.fork(`${this.name} ${start}`),
      capabilities: { name: 'simulated', exclusiveWriter, lanes, unitsPerCommitMax },
      rates,
      isCutOff: () => this.#cutOffUntil > schedule.now,
      trace: (text) => trace(() => `${this.name}: ${text()}`),
      die: () => this.crash(chance.int(100, 4_000)),
    });
    return createPawl({
      store,
      workflows,
      tasks: handlersOf(plan, host, errands, this.#tools.recorder),
      gateway: gatewayOf(host, errands),
      subscriptions: SUBSCRIPTIONS,
      taskSlots: topology.taskSlots,
      leaseMs: topology.leaseMs,
      queueMax: topology.queueMax,
      cacheBytesMax: topology.cacheBytesMax,
      clock: host.clock,
      random,
      ids: createIds(random),
    });
  }
}

/** Tasks that the engine itself carries out, by calling the world outside. */
function handlersOf(
  { workflows }: Plan,
  host: Host,
  errands: Errands,
  recorder: HistoryRecorder,
): Readonly<Record<string, TaskHandler>> {
  const names = workflows.flatMap(({ tasks = {} }) => Object.keys(tasks));
  const own = [...new Set(names)].filter((name) => !isOutside(name));
  return Object.fromEntries(
    own.map((name): [string, TaskHandler] => [
      name,
      async ({ effectKey, token, undoes, order }) => {
        recorder.attempted({ effectKey, token, task: name });
        const errand = { effectKey, task: name, undoes, fate: order.metadata['fate'], amount: null };
        const end = await host.enter(errands.run(errand));
        if (end === 'busy') return retryLater('busy');
        return end === 'done' ? done() : failed('declined');
      },
    ]),
  );
}

function gatewayOf(host: Host, errands: Errands): PaymentGateway {
  return {
    async charge({ effectKey, amount, payment }) {
      const errand = { effectKey, task: 'payment.charge', undoes: null, fate: payment['fate'], amount };
      const end = await host.enter(errands.run(errand));
      if (end === 'busy') throw new Error('simulated: the gateway is busy');
      return end === 'done'
        ? { kind: 'charged', reference: `ref-${effectKey}` }
        : { kind: 'declined', reason: 'declined' };
    },
    async refund({ effectKey, chargeKey }) {
      const errand = { effectKey, task: 'payment.refund', undoes: chargeKey, fate: 'ok', amount: null };
      const end = await host.enter(errands.run(errand));
      if (end === 'busy') throw new Error('simulated: the gateway is busy');
    },
  };
}
