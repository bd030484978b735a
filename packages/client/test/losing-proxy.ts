import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LosingProxy {
  readonly baseUrl: string;
  /** Calls that reached the server and whose answers were thrown away. */
  readonly lost: number;
  close(): Promise<void>;
}

/**
 * Stands before a server, lets every call through, and breaks the connection instead of handing on the first answers of
 * the calls that `loses` picks: the server has acted, and its client cannot know.
 */
export async function startLosingProxy(
  target: string,
  times: number,
  loses: (request: IncomingMessage) => boolean,
): Promise<LosingProxy> {
  let lost = 0;
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    const onward = forward(new URL(url ?? '/', target), { method, headers }, (answer) => {
      if (lost >= times || !loses(request)) return handOn(answer, response);
      answer.resume().on('end', () => {
        lost++;
        response.destroy();
      });
    });
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get lost() {
      return lost;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function handOn(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(response);
}
