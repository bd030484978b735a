import type { Answer } from './attempt.ts';
import type { ConditionalOptions } from './options.ts';
import type { Transport } from './transport.ts';

/** Sends a command. Its key is the same in all attempts, so that they are one call to the server. */
export async function sendCommand(
  transport: Transport,
  method: 'POST' | 'PATCH',
  path: string,
  body: unknown,
  options: ConditionalOptions = {},
): Promise<Answer> {
  const { signal } = options;
  return transport({ method, path, body, headers: commandHeaders(options), repeat: 'always', signal });
}

/** Made once for each call of a method. */
function commandHeaders({ idempotencyKey, ifMatch }: ConditionalOptions): Record<string, string> {
  return {
    'idempotency-key': idempotencyKey ?? crypto.randomUUID(),
    ...(ifMatch === undefined ? {} : { 'if-match': String(ifMatch) }),
  };
}
