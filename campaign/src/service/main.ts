/**
 * An outside service for `http` tasks, with a durable ledger of its own: `node main.ts <ServiceSettings as JSON>`. It tells its
 * port on standard output. `POST /control` changes how it fails and whom it tells of what it has taken over.
 */
import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer, FAULTS } from './faults.ts';
import { Ledger } from './ledger.ts';
import type { ServiceSettings } from './settings.ts';
import { isSigned } from './signature.ts';
import { tellEnd } from './tell-end.ts';
import { carryOut, type TaskCall } from './work.ts';

let settings = JSON.parse(process.argv[2] ?? '{}') as ServiceSettings;
const ledger = new Ledger(settings.ledger);
const server = createServer((request, response) => void serve(request, response));
await listen(settings.port);
const { port } = server.address() as AddressInfo;
process.stdout.write(`${port}\n`);

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  if (body === null) return;
  const path = request.url ?? '/';
  if (path === '/control') {
    settings = { ...settings, ...(JSON.parse(body.toString()) as Partial<ServiceSettings>) };
    answer({ response }, { status: 200, body: {} });
  } else if (isSigned(request.headers, body, settings.secret)) {
    const { data } = JSON.parse(body.toString()) as { readonly data: TaskCall };
    ledger.attempted(data.effect_key, data.token);
    serveTask(path, data, response);
  } else {
    answer({ response }, { status: 401, body: { detail: 'the signature is wrong' } });
  }
}

function serveTask(path: string, call: TaskCall, response: ServerResponse): void {
  const { rate, faults } = settings.trouble;
  const { effect_key: key, token, undoes } = call;
  const work = () => carryOut(path, call, ledger);
  const name = faults[Math.floor(draw(path, call, 'which') * faults.length)];
  if (name === undefined || draw(path, call, 'whether') >= rate) {
    answer({ response }, work());
    return;
  }
  FAULTS[name]({
    response,
    chance: draw(path, call, 'how'),
    work,
    // What an undo is asked for stays to be done: the refusal is that of one attempt.
    refuse: () => undoes !== null || ledger.decline(key),
    takeOver() {
      response.writeHead(202).end();
      const { status, body } = work();
      const outcome = status === 200 ? { data: body } : { reason: 'declined' };
      void tellEnd({ key, token, outcome, servers: () => settings.servers, ledger });
    },
    goAway(ms) {
      server.close();
      setTimeout(() => void listen(port), ms);
    },
  });
}

/** A number in [0, 1), by what an order says of itself and not by its id, which is another one in each run. */
function draw(path: string, { attempt, order }: TaskCall, what: string): number {
  const text = `${settings.seed} ${order.metadata.script} ${path} ${attempt} ${what}`;
  return Number.parseInt(hash('sha256', text).slice(0, 12), 16) / 16 ** 12;
}

/** Null if whoever called has gone. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    return null;
  }
}

/** Milliseconds between two tries to have the port again that others may hold for a moment. */
const LISTEN_AGAIN_MS = 20;

async function listen(on: number): Promise<void> {
  while (!server.listening) {
    const isThere = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(on, '127.0.0.1', () => resolve(true));
    });
    server.removeAllListeners('error');
    if (!isThere) await new Promise((resolve) => setTimeout(resolve, LISTEN_AGAIN_MS));
  }
}
