import { createHmac } from 'node:crypto';

/** The key that a sender and a receiver share: 24–64 bytes. */
export type WebhookSecret = Uint8Array;

export interface SignedParts {
  /** 1 or more characters, none of them a full stop. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestampS: number;
  /** The exact text that is sent. */
  readonly body: string;
  readonly secret: WebhookSecret;
}

/**
 * One entry of the header `webhook-signature` of Standard Webhooks: `v1,` and an HMAC-SHA256 in base64.
 *
 * @throws {RangeError} for an id or a timestamp by which two messages could have one signed text.
 */
export function signWebhook({ id, timestampS, body, secret }: SignedParts): string {
  if (id === '' || id.includes('.')) throw new RangeError('a webhook id is not empty and has no full stop');
  if (!Number.isSafeInteger(timestampS) || timestampS < 0) {
    throw new RangeError('a webhook timestamp is a whole number of seconds');
  }
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestampS}.${body}`).digest('base64')}`;
}

const PREFIX = 'whsec_';
/** The bounds of Standard Webhooks. */
const SECRET_BYTES_MIN = 24;
const SECRET_BYTES_MAX = 64;

/**
 * Reads `whsec_` and the base64 of 24–64 bytes.
 *
 * @throws {Error} that says what is wrong and never what was given.
 */
export function parseSecret(text: string): WebhookSecret {
  if (/^wh[sp]k_/.test(text)) throw new Error('it is an asymmetric key; only whsec_ secrets are known');
  if (!text.startsWith(PREFIX)) throw new Error(`it does not begin with ${PREFIX}`);
  const encoded = text.slice(PREFIX.length);
  const secret = Buffer.from(encoded, 'base64');
  // The decoder passes over what is no base64. A secret that other libraries read as another key must not get by.
  if (secret.toString('base64') !== encoded) throw new Error(`what follows ${PREFIX} is not padded base64`);
  if (secret.length < SECRET_BYTES_MIN || secret.length > SECRET_BYTES_MAX) {
    throw new Error(`it has ${secret.length} bytes, not ${SECRET_BYTES_MIN} to ${SECRET_BYTES_MAX}`);
  }
  return secret;
}
