import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Whether a call is signed with the secret, as docs/TASKS.md tells services to find out. */
export function isSigned(headers: IncomingHttpHeaders, body: Buffer, secret: string): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`;
  const expected = `v1,${createHmac('sha256', key).update(signed).update(body).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(expected);
}
