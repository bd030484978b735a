import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { exampleTask, exampleTools } from '../example-task.ts';
import { parseAllowList } from './allow-list.ts';
import { callService } from './call-service.ts';
import { parseSecret } from './signature.ts';

const SECRET = parseSecret(`whsec_${Buffer.alloc(32, 1).toString('base64')}`);
const TRUSTED = getCACertificates('default');

let close = async () => {};

afterEach(async () => {
  setDefaultCACertificates(TRUSTED);
  await close();
});

/** A service behind TLS: what names its clients asked for, and what they sent. */
async function startSecureService(name: string) {
  const keys = generateKeyPairSync('ed25519');
  const cert = certificateFor(name, keys);
  const asked: (string | false | null)[] = [];
  const sent: string[] = [];
  const open = new Set<TLSSocket>();
  const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const server = createServer({ key, cert }, (socket) => {
    open.add(socket);
    asked.push(socket.servername);
    socket.on('error', () => undefined);
    socket.once('data', (chunk) => {
      sent.push(chunk.toString());
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{"a":1}');
    });
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of open) socket.destroy();
    await closed;
  };
  return {
    cert,
    asked,
    sent,
    port: (server.address() as AddressInfo).port,
  };
}

async function call(origin: string) {
  const allow = parseAllowList(`${origin} 127.0.0.0/8`);
  const handler = callService({ allow, secrets: [SECRET], resolve: async () => ['127.0.0.1'] });
  return await handler(
    exampleTask({ input: { url: `${origin}/hook` } }),
    exampleTools({ signal: AbortSignal.timeout(10_000) }),
  );
}

describe('callService over TLS', () => {
  it('asks the judged address for the certificate of the name', async () => {
    const service = await startSecureService('hooks.test');
    setDefaultCACertificates([...TRUSTED, service.cert]);
    expect(await call(`https://hooks.test:${service.port}`)).toEqual({ kind: 'done', data: { a: 1 } });
    expect(service.asked).toEqual(['hooks.test']);
    expect(service.sent[0]).toMatch(`Host: hooks.test:${service.port}\r\n`);
  });

  it('sends nothing to a certificate that nobody it trusts has signed', async () => {
    const service = await startSecureService('hooks.test');
    expect(await call(`https://hooks.test:${service.port}`)).toEqual({
      kind: 'retry',
      reason: `https://hooks.test:${service.port} could not be reached (DEPTH_ZERO_SELF_SIGNED_CERT)`,
      afterMs: null,
      uncertain: false,
    });
    expect(service.sent).toEqual([]);
  });

  it('sends nothing to a certificate of another name', async () => {
    const service = await startSecureService('other.test');
    setDefaultCACertificates([...TRUSTED, service.cert]);
    expect(await call(`https://hooks.test:${service.port}`)).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID') as string,
      uncertain: false,
    });
    expect(service.sent).toEqual([]);
  });
});

/** A self-signed X.509 certificate of one name (RFC 5280), valid from 2020 to 2049: Node makes keys, but no certificates. */
function certificateFor(
  name: string,
  keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): string {
  const algorithm = der(0x30, Buffer.from('06032b6570', 'hex'));
  const commonName = der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from(name)));
  const subject = der(0x30, der(0x31, commonName));
  const validity = der(
    0x30,
    der(0x17, Buffer.from('200101000000Z')),
    der(0x17, Buffer.from('491231235959Z')),
  );
  const names = der(0x30, der(0x82, Buffer.from(name)));
  const alternative = der(0x30, Buffer.from('0603551d11', 'hex'), der(0x04, names));
  const body = der(
    0x30,
    der(0xa0, Buffer.from('020102', 'hex')),
    Buffer.from('020101', 'hex'),
    algorithm,
    subject,
    validity,
    subject,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, alternative)),
  );
  const signature = der(0x03, Buffer.from([0]), sign(null, body, keys.privateKey));
  const text = der(0x30, body, algorithm, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.from([tag, length, ...content]);
  if (length < 0x100) return Buffer.from([tag, 0x81, length, ...content]);
  return Buffer.from([tag, 0x82, length >> 8, length & 0xff, ...content]);
}
