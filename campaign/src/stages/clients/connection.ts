import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Characters of what is received that are kept: enough for the head of an answer. */
const KEPT_CHARACTERS = 4_096;

/** A connection to a server, in the hands of somebody who need not behave: they also go on after the server has said its last. */
export class Connection {
  /** Resolves once it is gone, whoever has ended it. */
  readonly closed: Promise<unknown>;
  /** Resolves once the server has said that nothing more will come. */
  readonly ended: Promise<unknown>;
  readonly #socket: Socket;
  #received = '';
  #answers = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    this.ended = new Promise((resolve) => socket.once('end', resolve));
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk.toString('latin1')));
  }

  /** Null where nobody takes it. */
  static async dial(url: string): Promise<Connection | null> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    try {
      await once(socket, 'connect');
      return new Connection(socket);
    } catch {
      return null;
    }
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** The beginning of all that was received. */
  get received(): string {
    return this.#received;
  }

  /** Heads of answers that were received. */
  get answers(): number {
    return this.#answers;
  }

  write(text: string): void {
    if (this.#socket.writable) this.#socket.write(text);
  }

  /** Says that nothing more will be asked. */
  finish(): void {
    this.#socket.end();
  }

  deafen(): void {
    this.#socket.pause();
  }

  listen(): void {
    this.#socket.resume();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  #receive(text: string): void {
    this.#answers += text.split('HTTP/1.1 ').length - 1;
    this.#received += text.slice(0, KEPT_CHARACTERS - this.#received.length);
  }
}
