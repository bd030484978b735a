import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from 'pawl/testing';
import type { Place } from '../../drill/callers.ts';
import { type Findings, finding } from '../../findings.ts';
import { Connection } from './connection.ts';
import { MANNERS, type Manner, type MannerName } from './manners.ts';

/** Milliseconds between two tries to find a server that takes a connection. */
const AGAIN_MS = 50;
/** Milliseconds in which somebody who begins to read must meet the end, if the server has ended it. */
const READ_ON_MS = 3_000;
/** Milliseconds for each of them in which they come: all at once they would be a flood, and stay in step. */
const ARRIVE_EACH_MS = 20;
/** Milliseconds until another comes where one has gone, at most: they are to hold connections, not to flood the server with new ones. */
const COME_BACK_MS = 6_000;

export interface CrowdTools {
  readonly nodes: readonly Place[];
  readonly findings: Findings;
  readonly chance: Chance;
}

const NAMES = Object.keys(MANNERS) as MannerName[];

/** Many connections at once, each in some manner; where one ends another comes. */
export class Crowd {
  readonly counts = { connections: 0, 'ended by the server': 0, 'told that their time is over': 0 };
  readonly #tools: CrowdTools;
  readonly #there = new Set<Connection>();
  #isOver = false;

  constructor(tools: CrowdTools) {
    this.#tools = tools;
  }

  come(connections: number): void {
    const { chance } = this.#tools;
    for (let index = 0; index < connections; index++) {
      const fork = chance.fork(`place-${index}`);
      const arriveMs = fork.fraction() * connections * ARRIVE_EACH_MS;
      void sleep(arriveMs).then(() => this.#occupy(index, fork));
    }
  }

  /** What is left of them has nothing more to say. */
  leave(): void {
    this.#isOver = true;
    for (const connection of this.#there) connection.reset();
  }

  async #occupy(index: number, chance: Chance): Promise<void> {
    // Each manner from the beginning, and then as it falls.
    for (let turn = 0; !this.#isOver; turn++) {
      const name = turn === 0 ? (NAMES[index % NAMES.length] ?? chance.pick(NAMES)) : chance.pick(NAMES);
      const connection = await this.#dial(chance);
      if (connection === null) await sleep(AGAIN_MS);
      else {
        await this.#behave(name, connection, chance);
        await sleep(chance.fraction() * COME_BACK_MS);
      }
    }
  }

  async #dial(chance: Chance): Promise<Connection | null> {
    const urls = this.#tools.nodes.flatMap(({ url }) => url ?? []);
    return urls.length === 0 ? null : Connection.dial(chance.pick(urls));
  }

  async #behave(name: MannerName, connection: Connection, chance: Chance): Promise<void> {
    const manner: Manner = MANNERS[name];
    this.counts.connections++;
    this.#there.add(connection);
    const acted = manner
      .act(connection, chance)
      .catch((error: Error) => this.#tell('client-unserved', name, error.message));
    if (manner.endedWithinMs === null) await Promise.race([acted, connection.closed]);
    else await this.#waitForEnd(name, manner.endedWithinMs, connection);
    if (manner.told !== undefined && !connection.received.startsWith(`HTTP/1.1 ${manner.told} `))
      this.#tell('client-untold', name, `was told ${connection.received.split('\r\n')[0] || 'nothing'}`);
    if (connection.received.startsWith('HTTP/1.1 408 ')) this.counts['told that their time is over']++;
    connection.reset();
    this.#there.delete(connection);
  }

  async #waitForEnd(name: MannerName, ms: number, connection: Connection): Promise<void> {
    const over = new AbortController();
    const late = sleep(ms, true, { signal: over.signal, ref: false }).catch(() => false);
    await Promise.race([connection.closed, connection.ended, late]);
    over.abort();
    // Whoever neither reads nor writes does not notice that a connection has gone.
    connection.listen();
    for (const until = performance.now() + READ_ON_MS; connection.isOpen && performance.now() < until; ) {
      connection.write(' ');
      await sleep(AGAIN_MS);
    }
    if (!connection.isOpen) this.counts['ended by the server']++;
    else this.#tell('connection-kept', name, `was not ended within ${ms} ms`);
  }

  /** What happens to connections once a server is ended is no finding. */
  #tell(what: string, name: MannerName, detail: string): void {
    if (!this.#isEnding()) this.#tools.findings.add(finding(what, `of those who ${name} one ${detail}`));
  }

  #isEnding(): boolean {
    return this.#isOver || this.#tools.nodes.some(({ url }) => url === null);
  }
}
