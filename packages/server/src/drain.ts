import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import type { Clock } from 'pawl';

/** Milliseconds between two looks at what is still open. */
const POLL_MS = 10;
/**
 * Milliseconds between the closing of the listener and that of idle connections: what a client has sent just before is
 * answered, and clients at work learn from an answer that they must go.
 */
const LINGER_MS = 50;
/** Milliseconds for a connection that has not sent a byte: its request may be on its way. */
const SILENT_MS = 100;
/** Milliseconds for a request that has arrived in part. A client that trickles must not decide how long we take to end. */
const RECEIVE_MS = 5_000;
/** Milliseconds in which nothing of an answer that was given is read: nor must a client that does not listen. */
const UNREAD_MS = 5_000;

/** Connections from which on those that have closed are looked for. */
const SWEEP_MIN = 256;

const closeListener = NetServer.prototype.close;

/** The connections of a server, and the way to be rid of them. */
export interface Connections {
  /**
   * Closes the listener and all idle connections, waits until every request that has arrived is answered, and says which
   * were not within the time. Their connections are then cut.
   */
  drain(graceMs: number): Promise<readonly string[]>;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** To be called before the server listens. */
export function watchConnections(server: Server, clock: Clock): Connections {
  /** The newest exchange of each open connection: answers leave in order, so it is the last to be finished. */
  const newest = new Map<Socket, Exchange | null>();
  let draining = false;

  let sweepAt = SWEEP_MIN;
  // No listener for the end of each socket: with one, a quarter of all that a request allocates outlives its collection
  // (measured on Node 24), and the pauses of the collector become twenty milliseconds. Those that are gone are swept instead.
  server.on('connection', (socket) => {
    if (newest.size >= sweepAt) {
      forgetClosed(newest);
      sweepAt = Math.max(SWEEP_MIN, newest.size * 2);
    }
    newest.set(socket, null);
  });
  server.prependListener('request', (request, response) => {
    newest.set(request.socket, { request, response });
    if (draining) response.shouldKeepAlive = false;
  });

  return {
    async drain(graceMs) {
      draining = true;
      // Not `server.close()`, which would close idle connections in the same moment.
      closeListener.call(server);
      for (const exchange of newest.values())
        if (exchange !== null) exchange.response.shouldKeepAlive = false;
      const began = clock.monotonic();
      const unread = new UnreadAnswers();
      await clock.sleep(LINGER_MS);
      for (;;) {
        closeIdle(server, newest.keys());
        const waitedMs = clock.monotonic() - began;
        if (waitedMs >= graceMs) break;
        forgetClosed(newest);
        cutUnasked(newest, waitedMs, Math.min(RECEIVE_MS, graceMs / 2));
        unread.cut(newest.keys(), waitedMs, Math.min(UNREAD_MS, graceMs / 2));
        if (newest.size === 0) return [];
        await clock.sleep(POLL_MS);
      }
      forgetClosed(newest);
      const open = [...newest].map(describe);
      for (const socket of newest.keys()) socket.destroy();
      return open;
    },
  };
}

function forgetClosed(newest: Map<Socket, Exchange | null>): void {
  for (const socket of newest.keys()) if (socket.destroyed) newest.delete(socket);
}

/**
 * Node takes an answer for given once it was handed over (`finished`), and would cut off what of it has not left yet: a large one, or one
 * to a client that reads slowly. Such connections are not idle, and are kept from it.
 */
function closeIdle(server: Server, sockets: Iterable<Socket>): void {
  const leaving = [...sockets].flatMap((socket) => {
    const answer = answerOn(socket);
    return isHandedOver(answer) ? [answer] : [];
  });
  for (const answer of leaving) Reflect.set(answer, 'finished', false);
  server.closeIdleConnections();
  for (const answer of leaving) Reflect.set(answer, 'finished', true);
}

/** What is being sent. */
function answerOn(socket: Socket): unknown {
  return Reflect.get(socket, '_httpMessage');
}

function isHandedOver(answer: unknown): answer is object {
  return typeof answer === 'object' && answer !== null && Reflect.get(answer, 'finished') === true;
}

/** Cuts the connections whose client has nothing to wait for: no request, or none that is whole. */
function cutUnasked(newest: ReadonlyMap<Socket, Exchange | null>, waitedMs: number, receiveMs: number): void {
  for (const [socket, exchange] of newest) {
    const boundMs = socket.bytesRead === 0 ? SILENT_MS : receiveMs;
    if (!isAsked(exchange) && !isAnswering(socket) && waitedMs >= boundMs) socket.destroy();
  }
}

/** Whether a request that has arrived whole is being answered: another one behind it may still be on its way. */
function isAnswering(socket: Socket): boolean {
  const answer = answerOn(socket) as ServerResponse | null | undefined;
  return answer?.req.complete === true && !answer.finished;
}

/** Answers that were given, and of which the client takes nothing. */
class UnreadAnswers {
  /** What was left of each when it last became less, and when that was. */
  readonly #left = new Map<Socket, { readonly bytes: number; readonly sinceMs: number }>();

  cut(sockets: Iterable<Socket>, waitedMs: number, boundMs: number): void {
    for (const socket of sockets) {
      // Not the newest exchange: requests behind an answer that nobody reads wait for it.
      if (!isHandedOver(answerOn(socket))) continue;
      const bytes = socket.writableLength;
      const last = this.#left.get(socket);
      if (last?.bytes !== bytes) this.#left.set(socket, { bytes, sinceMs: waitedMs });
      else if (waitedMs - last.sinceMs >= boundMs) socket.destroy();
    }
  }
}

/** Whether a request has arrived whole and its answer has not been given. */
function isAsked(exchange: Exchange | null): exchange is Exchange {
  if (exchange === null) return false;
  const { request, response } = exchange;
  return request.complete && !response.writableFinished && !response.destroyed;
}

/** Without the query, which may hold what no log should. */
function describe([, exchange]: [Socket, Exchange | null]): string {
  if (!isAsked(exchange)) return 'a request that did not arrive';
  const { method, url } = exchange.request;
  return `${method} ${url?.split('?')[0]}`;
}
