import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Socket,
  type Server as SocketServer,
} from 'node:net';

/** For tests: services on this machine, on ports of their own, and what has reached them. Close them after each test. */

export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface LocalService {
  readonly port: number;
  /** With the address instead of a name. */
  readonly origin: string;
  /** Whole requests, as they came in. */
  readonly received: readonly Received[];
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

const started = new Set<LocalService>();

export async function closeServices(): Promise<void> {
  await Promise.all([...started].map((service) => service.close()));
}

/** A service that answers whole requests. */
export async function startService(answer: RequestListener): Promise<LocalService> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      received.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  return listening(server, received);
}

/** A service that speaks whatever it likes. */
export async function startSocketService(serve: (socket: Socket) => void): Promise<LocalService> {
  return listening(createSocketServer(serve), []);
}

async function listening(
  server: Server | SocketServer,
  received: readonly Received[],
): Promise<LocalService> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const service: LocalService = {
    port,
    origin: `http://127.0.0.1:${port}`,
    received,
    connections: () => connections,
    async close() {
      if (!started.delete(service)) return;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
  started.add(service);
  return service;
}
