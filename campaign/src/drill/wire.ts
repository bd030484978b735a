import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What may be wrong with the way to a database. */
export const WIRE_FAULTS = [
  /** Nothing moves either way; what was sent arrives when the way is mended, as a network delivers late. */
  'held',
  /** The same for connections that are open; new ones are as good as ever, and overtake them. */
  'overtaken',
  /** What is sent is lost, either way, and neither end is told: connections are open at one end only. */
  'silent',
  /** What is asked arrives, and the answers are lost. */
  'deaf',
  /** No new connection comes about. */
  'refused',
  /** Connections break, and no new one comes about. */
  'gone',
  /** Connections break, again and again. */
  'reset',
  /** Everything takes its time. */
  'slow',
] as const;
export type WireFault = (typeof WIRE_FAULTS)[number];

/** How long each piece is under way where it is slow, milliseconds; and between two breaks. */
const SLOW_MS = 120;
const RESET_EVERY_MS = 400;

/** One connection, both of its ends. */
interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Until then nothing moves. */
  held: Promise<void> | null;
  /** What is lost on this connection, for good. */
  readonly loses: { asked: boolean; answered: boolean };
}

/** Stands between a server and its database, and does to the connections what networks do. */
export class Wire {
  readonly #target: URL;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #port = 0;
  #fault: WireFault | null = null;
  #mended = Promise.withResolvers<void>();

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer({ pauseOnConnect: true }, (client) => this.#accept(client));
  }

  /** Begins to forward to the database of that address. */
  static async start(databaseUrl: string): Promise<Wire> {
    const wire = new Wire(new URL(databaseUrl));
    await wire.#listen();
    return wire;
  }

  /** The database's address, by way of this. */
  get url(): string {
    const url = new URL(this.#target);
    url.host = `127.0.0.1:${this.#port}`;
    return url.href;
  }

  /** From now on that is wrong, until it is mended. */
  break(fault: WireFault): void {
    this.#fault = fault;
    this.#mended = Promise.withResolvers();
    for (const pair of this.#pairs) {
      if (fault === 'held' || fault === 'overtaken') pair.held = this.#mended.promise;
      this.#lose(pair);
    }
    if (fault === 'refused' || fault === 'gone') this.#server.close();
    if (fault === 'gone') this.#reset();
    if (fault === 'reset') void this.#resetting(this.#mended.promise);
  }

  /** Nothing is wrong any more. What was held moves on; connections on which something was lost break. */
  async mend(): Promise<void> {
    const wasRefused = this.#fault === 'refused' || this.#fault === 'gone';
    this.#fault = null;
    this.#mended.resolve();
    for (const { client, upstream, loses } of this.#pairs) {
      if (!loses.asked && !loses.answered) continue;
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
    if (wasRefused) await this.#listen();
  }

  /** Breaks all connections and takes no more. */
  async close(): Promise<void> {
    this.#mended.resolve();
    this.#server.close();
    this.#reset();
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #accept(client: Socket): void {
    const upstream = connect(Number(this.#target.port || 5432), this.#target.hostname);
    const held = this.#fault === 'held' ? this.#mended.promise : null;
    const pair: Pair = { client, upstream, held, loses: { asked: false, answered: false } };
    this.#lose(pair);
    this.#pairs.add(pair);
    for (const end of [client, upstream]) end.on('error', () => undefined).setNoDelay(true);
    const ends = [this.#forward(pair, 'asked'), this.#forward(pair, 'answered')];
    void Promise.all(ends).then(() => this.#pairs.delete(pair));
  }

  #lose({ loses }: Pair): void {
    loses.asked ||= this.#fault === 'silent';
    loses.answered ||= this.#fault === 'silent' || this.#fault === 'deaf';
  }

  /** Carries one direction to its end. Of a connection that loses something neither end hears how the other ends. */
  async #forward(pair: Pair, direction: 'asked' | 'answered'): Promise<void> {
    const [from, to] = direction === 'asked' ? [pair.client, pair.upstream] : [pair.upstream, pair.client];
    try {
      for await (const chunk of from) {
        if (pair.held !== null) await pair.held;
        if (this.#fault === 'slow') await sleep(SLOW_MS);
        if (!pair.loses[direction] && to.writable) to.write(chunk as Buffer);
      }
    } catch {
      // It was broken: so the other end is told below.
    }
    if (pair.held !== null) await pair.held;
    if (pair.loses.asked || pair.loses.answered) await this.#mended.promise;
    to.destroySoon();
  }

  async #resetting(mended: Promise<void>): Promise<void> {
    let isMended = false;
    void mended.then(() => {
      isMended = true;
    });
    while (!isMended) {
      this.#reset();
      await sleep(RESET_EVERY_MS);
    }
  }

  #reset(): void {
    for (const { client, upstream } of this.#pairs) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
  }
}
