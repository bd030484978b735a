import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { codeOf } from './fault.ts';
import type { Target } from './target.ts';

/** Bytes read of an answer. */
export const ANSWER_BYTES_MAX = 65_536;

export interface Post extends Target {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export type Exchange =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** No answer has come. `sent`: the service may have got the request all the same. */
  | { readonly kind: 'lost'; readonly sent: boolean; readonly cause: string };

export interface Answer {
  readonly status: number;
  /** The header `Retry-After`. */
  readonly retryAfter: string | null;
  /** `long`: cut at {@link ANSWER_BYTES_MAX}; `broken`: the connection ended before the body did; `unread`: of no use. */
  readonly body: {
    readonly state: 'whole' | 'long' | 'broken' | 'unread';
    readonly bytes: Buffer;
  };
}

/** One POST to a checked address, on a connection of its own. Never rejects, and follows no redirect. */
export async function post({ url, addresses, headers, body, signal }: Post): Promise<Exchange> {
  const isSecure = url.protocol === 'https:';
  const { promise, resolve } = Promise.withResolvers<Exchange | IncomingMessage>();
  const options: RequestOptions = {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: url.pathname + url.search,
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    // A kept connection could be one that was made to an address judged earlier.
    agent: false,
    lookup: alwaysTo(addresses),
    rejectUnauthorized: true,
    signal,
  };
  let isSent = false;
  const request = (isSecure ? httpsRequest : httpRequest)(options);
  request.once('socket', (socket) => {
    // Nothing of the request leaves before.
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      isSent = true;
    });
  });
  request.on('response', resolve);
  request.on('error', (error) => resolve({ kind: 'lost', sent: isSent, cause: codeOf(error) }));
  // After an error this says nothing new. An unwanted upgrade ends without one.
  request.on('close', () => resolve({ kind: 'lost', sent: isSent, cause: 'closed' }));
  request.end(body);

  const settled = await promise;
  if ('kind' in settled) return settled;
  const answer = await readAnswer(settled);
  request.destroy();
  return { kind: 'answered', answer };
}

/** Answers the connection's question for the host's addresses with those that were judged, so that no second answer counts. */
function alwaysTo(addresses: readonly string[]): LookupFunction {
  const records = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, { all = false }, callback) => {
    const [first] = records;
    if (all) callback(null, records);
    else if (first === undefined) callback(new Error('there is no address'), '');
    else callback(null, first.address, first.family);
  };
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0 } = response;
  const isUseful = (status >= 200 && status < 300 && status !== 202) || status >= 400;
  return {
    status,
    retryAfter: response.headers['retry-after'] ?? null,
    body: isUseful ? await readBody(response) : { state: 'unread', bytes: Buffer.alloc(0) },
  };
}

async function readBody(response: IncomingMessage): Promise<Answer['body']> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Leaving the loop ends the connection: the rest is not waited for.
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > ANSWER_BYTES_MAX) return { state: 'long', bytes: joined(chunks) };
    }
  } catch {
    return { state: 'broken', bytes: joined(chunks) };
  }
  return { state: 'whole', bytes: joined(chunks) };
}

function joined(chunks: readonly Buffer[]): Buffer {
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX);
}
