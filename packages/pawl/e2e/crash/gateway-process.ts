/**
 * A payment gateway with a durable ledger of its own: `node gateway-process.ts <ledger> <trouble>`. It tells its port on
 * standard output. With trouble it is slow, loses answers after it has charged, and fails before it has.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Entry {
  /** `void`: a refund came before the charge, which is refused from then on. */
  readonly kind: 'charge' | 'refund' | 'void';
  /** The charge's effect key. */
  readonly key: string;
  readonly orderId: string;
}

const [, , path = '', trouble = 'none'] = process.argv;
const entries: Entry[] = existsSync(path)
  ? readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Entry)
  : [];
const charged = new Set(entries.filter(({ kind }) => kind === 'charge').map(({ key }) => key));
const voided = new Set(entries.filter(({ kind }) => kind === 'void').map(({ key }) => key));
const refunded = new Set(entries.filter(({ kind }) => kind === 'refund').map(({ key }) => key));
const ledger = openSync(path, 'a');

const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.on('SIGTERM', () => {
  closeSync(ledger);
  process.exit(0);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const { effectKey, chargeKey, orderId, payment } = JSON.parse(text) as Record<string, string> & {
    payment?: { fate?: string };
  };
  const luck = trouble === 'none' ? 1 : Math.random();
  if (luck < 0.04) return end(response, 503, {});
  if (luck < 0.2) await new Promise((resolve) => setTimeout(resolve, 60 * Math.random()));
  const body =
    request.url === '/charge'
      ? charge(effectKey ?? '', orderId ?? '', payment?.fate)
      : refund(chargeKey ?? '', orderId ?? '');
  // The effect has happened, and nobody is told: by an error, or by silence until the caller gives up.
  if (luck > 0.96 && luck < 0.99) return end(response, 500, {});
  if (luck >= 0.99 && trouble !== 'none') return;
  end(response, 200, body);
}

function charge(key: string, orderId: string, fate: string | undefined): object {
  if (fate === 'declined') return { kind: 'declined', reason: 'the bank refused the payment' };
  if (voided.has(key)) return { kind: 'declined', reason: 'it was given back before' };
  if (!charged.has(key)) {
    charged.add(key);
    write({ kind: 'charge', key, orderId });
  }
  return { kind: 'charged', reference: `ref-${key}` };
}

/** Legal if the charge never happened: then there is nothing to give back, and a later charge by that key is refused. */
function refund(key: string, orderId: string): object {
  if (charged.has(key) && !refunded.has(key)) {
    refunded.add(key);
    write({ kind: 'refund', key, orderId });
  } else if (!charged.has(key) && !voided.has(key)) {
    voided.add(key);
    write({ kind: 'void', key, orderId });
  }
  return {};
}

function write(entry: Entry): void {
  writeSync(ledger, `${JSON.stringify(entry)}\n`);
  fsyncSync(ledger);
}

function end(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
