import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one request that it has received in full. */
export type Behaviour = (response: ServerResponse) => void;

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `performance.now()` when it had arrived. */
  readonly at: number;
}

export interface MisbehavingServer {
  readonly baseUrl: string;
  readonly received: readonly Received[];
  /** The values of one header, request by request. */
  header(name: string): readonly (string | undefined)[];
  close(): Promise<void>;
}

/** Serves each request by the next behaviour; the last one serves all that follow. */
export async function startMisbehaving(...behaviours: readonly Behaviour[]): Promise<MisbehavingServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const behave = behaviours[Math.min(received.length, behaviours.length - 1)];
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString(), at: performance.now() });
      behave?.(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    received,
    header: (name) => received.map(({ headers }) => headers[name] as string | undefined),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Takes the request and breaks the connection without a word: the client cannot know what became of it. */
export const drop: Behaviour = (response) => response.destroy();

/** Takes the request and never answers. */
export const hang: Behaviour = () => undefined;

/** Says that it is JSON, and is not. */
export const garbage: Behaviour = (response) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{"order_id": "ord_');

/** Breaks the connection in the middle of a good answer. */
export const truncate: Behaviour = (response) => {
  response.writeHead(201, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"order_id":', () => response.destroy());
};

/** A page of somebody in between. */
export function html(status: number, headers: Record<string, string> = {}): Behaviour {
  return (response) =>
    void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<h1>Sorry</h1>');
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Behaviour {
  return (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(JSON.stringify(body));
}

export function problem(
  status: number,
  code: string,
  members: object = {},
  headers: Record<string, string> = {},
): Behaviour {
  const body = {
    type: `/problems/${code}`,
    title: `Title of ${code}`,
    status,
    detail: 'What it is this time.',
    instance: '/orders',
    code,
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    ...members,
  };
  return json(status, body, { 'content-type': 'application/problem+json', ...headers });
}

/** An order as the server would answer it. */
export function order(version = 1, status = 'CREATED', headers: Record<string, string> = {}): Behaviour {
  const body = { order_id: 'ord_01jd3m8k2yfw8sx2q0tr5v9c1n', version, status };
  return json(version === 1 ? 201 : 200, body, { etag: `"${version}"`, ...headers });
}
