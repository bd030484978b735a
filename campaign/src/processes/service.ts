import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ServiceSettings } from '../service/settings.ts';
import { ended, type Processes, programAt } from './processes.ts';

const MAIN = programAt('campaign/src/service/main.ts');

/** The outside service, as a process that can be killed and started again in the same place. */
export class Service {
  readonly ledger: string;
  readonly #processes: Processes;
  #settings: ServiceSettings;
  #child: ChildProcess | null = null;

  private constructor(processes: Processes, settings: ServiceSettings) {
    this.#processes = processes;
    this.#settings = settings;
    this.ledger = settings.ledger;
  }

  static async start(processes: Processes, settings: Omit<ServiceSettings, 'port'>): Promise<Service> {
    const service = new Service(processes, { ...settings, port: 0 });
    await service.#start();
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#settings.port}`;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.#start();
  }

  /** Ends it at once: its ledger has all that it has answered. */
  async stop(): Promise<void> {
    if (this.#child !== null) await ended(this.#child, 'SIGKILL');
  }

  /** Changes how it behaves, and how it will after a restart. */
  async control(change: Partial<Pick<ServiceSettings, 'trouble' | 'servers'>>): Promise<void> {
    this.#settings = { ...this.#settings, ...change };
    const request = { method: 'POST', body: JSON.stringify(change) };
    // Where a fault has sent it away for a moment it comes back.
    for (let tries = 0; ; tries++) {
      try {
        await (await fetch(`${this.url}/control`, request)).arrayBuffer();
        return;
      } catch (error) {
        if (tries === CONTROL_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, CONTROL_AGAIN_MS));
      }
    }
  }

  async #start(): Promise<void> {
    const child = this.#processes.start(MAIN, [JSON.stringify(this.#settings)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    if (child.stdout === null) throw new Error('the service has no standard output');
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    this.#settings = { ...this.#settings, port: Number(port) };
  }
}

const CONTROL_TRIES = 100;
const CONTROL_AGAIN_MS = 50;
