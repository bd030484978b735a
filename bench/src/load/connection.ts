import { connect, type Socket } from 'node:net';

/** An answer: its status and, as text, its body. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

type Waiting = (answer: Answer | Error) => void;

/** Where a load sends its requests, one at a time. */
export interface Line {
  send(request: string, then: Waiting): void;
  close(): void;
}

const HEADER_END = Buffer.from('\r\n\r\n');
const LENGTH_HEADER = 'content-length:';

/**
 * One keep-alive connection that sends one request at a time. It knows just enough HTTP for answers with a Content-Length,
 * so that the load costs the machine as little as possible: a full client would take as much time as the server under test.
 */
export class Connection implements Line {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting | null = null;
  #ended: Error | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('the server closed the connection')));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  /** `then` is a plain callback: a promise for each of millions of answers would be measured too. */
  send(request: string, then: Waiting): void {
    if (this.#ended !== null) {
      then(this.#ended);
      return;
    }
    this.#waiting = then;
    this.#socket.write(request);
  }

  ask(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.send(request, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
    });
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(HEADER_END);
    if (end < 0) return;
    const head = this.#received.toString('latin1', 0, end);
    const bodyAt = end + HEADER_END.length;
    const length = contentLength(head);
    if (this.#received.length < bodyAt + length) return;
    const body = this.#received.toString('utf8', bodyAt, bodyAt + length);
    this.#received = Buffer.alloc(0);
    this.#settle({ status: Number(head.slice(9, 12)), body });
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#settle(this.#ended);
  }

  #settle(result: Answer | Error): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.(result);
  }
}

/** An HTTP/1.1 request as one string. */
export function httpRequest(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): string {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1'];
  if (body !== undefined)
    lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

function contentLength(head: string): number {
  const lower = head.toLowerCase();
  const at = lower.indexOf(LENGTH_HEADER);
  return at < 0 ? 0 : Number.parseInt(lower.slice(at + LENGTH_HEADER.length), 10);
}
