import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type FinalState,
  type History,
  HistoryRecorder,
  OutsideWorld,
  type Subscription,
} from 'pawl/testing';
import { Findings, finding } from '../findings.ts';
import { ServerNode } from '../processes/server-node.ts';
import { Service } from '../processes/service.ts';
import { readLedger } from '../service/ledger.ts';
import { NO_TROUBLE, type Trouble } from '../service/settings.ts';
import type { Ground, StageResult } from '../stages/stage.ts';
import type { Database } from '../subjects/subject.ts';
import { Callers } from './callers.ts';
import { attemptsOf, callsOf, effectsOf, SERVICE_TASK } from './effects.ts';
import { faultsIn, judge, readDatabase } from './judge.ts';
import { type LoadTools, runClient, SKUS } from './load/client.ts';
import { shippedWorkflows } from './load/lifecycles.ts';
import { runOperator } from './load/operator.ts';
import { OrdersKnown } from './load/orders-known.ts';
import { subscribe } from './load/subscriber.ts';
import { runWorker } from './load/worker.ts';
import { comeToRest } from './rest.ts';
import { campaignWorkflow, SUBSCRIPTIONS, WORKERS_TASKS } from './workflow.ts';

/** Pieces of each SKU at the beginning: of the last ones there are too few for all. */
const PIECES: Readonly<Record<(typeof SKUS)[number], number>> = { A: 1_000_000, B: 1_000, C: 100 };
/** Enough that one is always claiming while others carry out. */
const WORKERS = 2;
/** How often a worker dies, is slow or gives up while the run is disturbed. */
const WORKER_TROUBLE = 0.05;
/** What the outside service signs by: no secret, since it signs nothing that matters. */
const SECRET = `whsec_${Buffer.alloc(32, 'campaign').toString('base64')}`;
/** How long clients are waited for that have not been answered, and then the orders, once nothing is disturbed: milliseconds. */
const ANSWERED_MS_MAX = 20_000;
const REST_MS_MAX = 30_000;

export interface DrillOptions {
  readonly clients: number;
  /** How the outside service behaves from the beginning. Default: well. */
  readonly trouble?: Trouble;
  /** Settings of the servers beside those that every drill has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gives the address by which a server reaches the database. Default: the database's own for all. */
  readonly wayTo?: (databaseUrl: string) => Promise<string>;
}

/** How a drill has ended, and what its database holds. */
export interface DrillResult extends StageResult {
  readonly final: FinalState;
}

interface Parts {
  readonly ground: Ground;
  readonly env: Readonly<Record<string, string>>;
  readonly database: Database;
  readonly service: Service;
  readonly nodes: readonly ServerNode[];
}

/**
 * Servers on a fresh database, an outside service, and everyone who calls them. A stage disturbs it while the load goes on; then
 * nothing is disturbed any more, everything comes to rest and is judged.
 */
export class Drill {
  readonly database: Database;
  readonly service: Service;
  readonly nodes: readonly ServerNode[];
  /** What the servers were told. */
  readonly env: Readonly<Record<string, string>>;
  readonly callers: Callers;
  readonly recorder = new HistoryRecorder();
  readonly findings = new Findings();
  /** How long workers' claims took that were answered at once, milliseconds, oldest first. */
  readonly claimMs: number[] = [];
  readonly #ground: Ground;
  readonly #world = new OutsideWorld();
  readonly #known = new OrdersKnown();
  readonly #clients: Promise<void>[] = [];
  readonly #others: Promise<void>[] = [];
  readonly #subscriptions: Subscription[] = [];
  /** Clients and operators go on. */
  #isLoaded = true;
  /** Workers and readers of the feed go on. */
  #isAwake = true;

  private constructor({ ground, env, database, service, nodes }: Parts) {
    this.#ground = ground;
    this.env = env;
    this.database = database;
    this.service = service;
    this.nodes = nodes;
    this.callers = new Callers({ nodes, recorder: this.recorder, findings: this.findings });
  }

  /** Starts everything; the load runs from then on. */
  static async begin(
    ground: Ground,
    { clients, trouble = NO_TROUBLE, env = {}, wayTo = async (url) => url }: DrillOptions,
  ): Promise<Drill> {
    const { dir, subject, processes, chance } = ground;
    const seed = String(chance.fork('service').int(0, 2 ** 32));
    const ledger = join(dir, 'ledger.jsonl');
    const service = await Service.start(processes, { ledger, secret: SECRET, seed, trouble, servers: [] });
    const workflow = campaignWorkflow(service.url);
    const workflowsDir = join(dir, 'workflows');
    mkdirSync(workflowsDir, { recursive: true });
    writeFileSync(join(workflowsDir, 'campaign.json'), JSON.stringify(workflow));
    const database = await subject.create(dir, processes);
    const told = {
      DATABASE_URL: database.url,
      WORKFLOWS_DIR: workflowsDir,
      NOTIFY_SUBSCRIPTIONS: SUBSCRIPTIONS,
      HTTP_TASKS_ALLOW: service.url,
      HTTP_TASKS_SECRET: SECRET,
      TASK_LEASE_S: '1',
      ...env,
    };
    const nodes: ServerNode[] = [];
    for (let index = 0; index < subject.nodes; index++) {
      const by = { ...told, DATABASE_URL: await wayTo(database.url) };
      nodes.push(new ServerNode({ processes, name: `server-${index}`, dir, env: by }));
    }
    await Promise.all(nodes.map((node) => node.start()));
    const drill = new Drill({ ground, env: told, database, service, nodes });
    await drill.#stockUp();
    drill.#load(clients, [...shippedWorkflows(), workflow]);
    return drill;
  }

  /** What everybody was told up to now, with what the outside service has done up to now. */
  history(): History {
    const entries = readLedger(this.service.ledger);
    const found = this.recorder.history({
      effects: [...effectsOf(entries), ...this.#world.effects()],
      watched: [SERVICE_TASK, ...WORKERS_TASKS],
      subscriptions: this.#subscriptions.map(({ tenant, events }) => ({ tenant, events: [...events] })),
    });
    return {
      ...found,
      calls: [...found.calls, ...callsOf(entries)],
      attempts: [...found.attempts, ...attemptsOf(entries)],
    };
  }

  /** Ends the load. Nothing is disturbed any more, and all servers run: everything must come to rest, and is judged. */
  async end(): Promise<DrillResult> {
    const { chance, dir, processes } = this.#ground;
    this.#isLoaded = false;
    await this.service.control({ trouble: NO_TROUBLE });
    await within(ANSWERED_MS_MAX, Promise.all(this.#clients));
    await comeToRest(this.callers, chance.fork('rest'), this.findings, performance.now() + REST_MS_MAX);
    this.#isAwake = false;
    const everyone = Promise.all([...this.#clients, ...this.#others]);
    await within(ANSWERED_MS_MAX, everyone);
    this.callers.giveUp();
    await everyone;
    this.callers.close();
    await this.#stopAll();
    const final = await readDatabase(this.database);
    for (const one of judge(this.history(), final, { atRest: true, dir })) this.findings.add(one);
    for (const one of await this.database.audit(processes)) this.findings.add(one);
    for (const { logFile } of this.nodes) for (const one of faultsIn(logFile)) this.findings.add(one);
    await this.database.drop();
    const events = final.orders.reduce((sum, { trail }) => sum + trail.length, 0);
    const effects = this.history().effects.filter(({ times }) => times > 0).length;
    const counts = { ...this.callers.counts, orders: final.orders.length, events, effects };
    return { counts, findings: this.findings.all(), final };
  }

  async #stockUp(): Promise<void> {
    const { chance } = this.#ground;
    for (const sku of SKUS) {
      const body = { on_hand: PIECES[sku] };
      const answer = await this.callers.ask({ method: 'PUT', path: `/stock/${sku}`, body }, chance);
      if (answer === null) throw new Error(`there is no stock of ${sku}: the server does not answer`);
    }
  }

  #load(clients: number, workflows: LoadTools['workflows']): void {
    const { chance } = this.#ground;
    const { callers, recorder } = this;
    const common = { callers, recorder, known: this.#known, workflows };
    const loaded = { ...common, isOpen: () => this.#isLoaded };
    const awake = { ...common, isOpen: () => this.#isAwake };
    for (let index = 0; index < clients; index++) {
      const name = `client-${index}`;
      this.#clients.push(runClient(name, chance.fork(name), loaded));
    }
    this.#clients.push(runOperator('operator', chance.fork('operator'), loaded));
    const troubles = () => (this.#isLoaded ? WORKER_TROUBLE : 0);
    const claimed = (ms: number) => void this.claimMs.push(ms);
    const tools = { ...awake, world: this.#world, claimed, troubles };
    for (let index = 0; index < WORKERS; index++) {
      const name = `worker-${index}`;
      this.#others.push(runWorker(name, chance.fork(name), tools));
    }
    const { subscription, done } = subscribe(chance.fork('subscriber'), awake);
    this.#subscriptions.push(subscription);
    this.#others.push(done);
  }

  async #stopAll(): Promise<void> {
    for (const node of this.nodes) {
      const { code, signal } = await node.stop();
      if (code === 0) continue;
      this.findings.add(
        finding('drain-failed', `${node.name} was asked to end, and ended with ${code ?? signal}`),
      );
    }
    await this.service.stop();
  }
}

/** Waits for it, at most so long. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, sleep(ms, undefined, { signal: over.signal }).catch(() => undefined)]);
  over.abort();
}
