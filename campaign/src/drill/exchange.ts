import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly body?: object | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Exchange {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

/** An answer, as far as anything is asked of it. */
export type Body = Readonly<Record<string, unknown>>;

/** An answer that is no JSON object: whoever gives one is broken, and not merely away. */
export class UnreadableAnswer extends Error {}

/** One question and its whole answer. @throws where there is none, in whatever way; nobody can tell then what was done. */
export function exchange(
  base: string,
  { method, path, body, headers = {} }: Question,
  agent: Agent,
  timeoutMs: number,
): Promise<Exchange> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const length = text === undefined ? {} : { 'content-length': Buffer.byteLength(text), ...JSON_BODY };
  return new Promise((resolve, reject) => {
    const asked = request(base + path, {
      method,
      agent,
      headers: { ...length, ...headers },
      signal: AbortSignal.timeout(timeoutMs),
    });
    asked.on('error', reject);
    asked.on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        try {
          const read = parse(Buffer.concat(chunks).toString());
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: read });
        } catch (error) {
          reject(error);
        }
      });
    });
    asked.end(text);
  });
}

const JSON_BODY = { 'content-type': 'application/json' };

function parse(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    throw new UnreadableAnswer(`an answer is no JSON: ${text.slice(0, 200)}`);
  }
}
