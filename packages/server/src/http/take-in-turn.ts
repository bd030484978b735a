import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { PIPELINED_MAX } from './limits.ts';

/**
 * Lets a request be handled once the answer to the one before it on the same connection has left. Node would handle at once all
 * that has arrived: what a client asks for in a row would be done in any order (RFC 9112, 9.3.2), and for one that never reads a
 * thousand answers would be kept. Whoever asks for too much in a row is cut off, since Node keeps the 64 KiB of requests that
 * it reads at once for as long as the connection is there.
 */
export function takeInTurn(server: Server): void {
  const handlers = server.listeners('request') as RequestListener[];
  /** How many wait on each connection on which any has waited. */
  const waiting = new WeakMap<Socket, number>();
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    // Node gives a response its socket when its turn to be sent has come.
    if (response.socket !== null) {
      for (const handle of handlers) handle(request, response);
      return;
    }
    const { socket } = request;
    const count = waiting.get(socket) ?? 0;
    if (count === PIPELINED_MAX) {
      socket.destroy();
      return;
    }
    waiting.set(socket, count + 1);
    response.once('socket', () => {
      waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
      for (const handle of handlers) handle(request, response);
    });
  });
}
