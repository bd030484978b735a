import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Finding, finding } from '../findings.ts';
import { ended, type Processes, programAt } from '../processes/processes.ts';
import type { StageResult } from '../stages/stage.ts';
import type { Progress } from './main.ts';

const MAIN = programAt('campaign/src/simulation/main.ts');
/** Simulated seeds that belong to one seed of a campaign: more than a week has time for. */
const RANGE = 1_000_000_000;
/** Without a word for so long, milliseconds, a simulation goes round for ever. */
const SILENT_MS_MAX = 180_000;

/** The simulation, in a process of its own beside all else. */
export class Simulation {
  readonly #child: ChildProcess;
  readonly #counts = { seeds: 0, 'simulated commands': 0, orders: 0, events: 0, effects: 0 };
  readonly #findings: Finding[] = [];
  #next: number;
  #spokeAt = performance.now();

  /** @param told is called after each part. */
  constructor(processes: Processes, seed: number, told: () => void = () => undefined) {
    this.#next = seed * RANGE + 1;
    this.#child = processes.start(MAIN, [String(this.#next)], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (this.#child.stdout === null) throw new Error('the simulation has no standard output');
    createInterface(this.#child.stdout).on('line', (line) => {
      this.#add(JSON.parse(line) as Progress);
      told();
    });
  }

  /** Ends it; gives what it has done. */
  async end(): Promise<StageResult> {
    const hasEnded = this.#child.exitCode !== null || this.#child.signalCode !== null;
    await ended(this.#child, 'SIGKILL');
    const silentMs = performance.now() - this.#spokeAt;
    if (hasEnded || silentMs > SILENT_MS_MAX) {
      const what = hasEnded
        ? 'has ended by itself'
        : `has said nothing for ${Math.round(silentMs / 1_000)} s`;
      this.#findings.push(finding('simulation-failed', `it ${what} at a seed from ${this.#next} on`));
    }
    return { counts: this.#counts, findings: this.#findings };
  }

  #add({ next, failure, seeds, calls, orders, events, effects }: Progress): void {
    this.#spokeAt = performance.now();
    this.#next = next;
    this.#counts.seeds += seeds;
    this.#counts['simulated commands'] += calls;
    this.#counts.orders += orders;
    this.#counts.events += events;
    this.#counts.effects += effects;
    if (failure !== null) this.#findings.push(finding('simulation', failure));
  }
}
