import { parseSecret, type WebhookSecret } from 'pawl';
import { invalid, type Parsed, valid } from './setting.ts';

export const SUBSCRIPTIONS_ALLOWED = '<topic>=<queue+queue>, separated by commas';
export const SECRETS_ALLOWED =
  'whsec_ and the base64 of 24 to 64 bytes; several separated by commas, the newest first';

/** The queues of each topic. */
export type Subscriptions = Readonly<Record<string, readonly string[]>>;

/** What topics and queues may be called: as in definitions. */
const NAME = /^[a-z][a-z0-9_-]{0,63}$/;

/** Reads `order-confirmed=mail+crm,warehouse=picking`. */
export function parseSubscriptions(text: string): Parsed<Subscriptions> {
  const subscriptions = new Map<string, readonly string[]>();
  const faults: string[] = [];
  for (const [index, entry] of entriesOf(text).entries()) {
    const [topic = '', queues = '', ...others] = entry.split('=').map((part) => part.trim());
    const names = [...new Set(queues.split('+').map((name) => name.trim()))];
    if (others.length > 0 || ![topic, ...names].every((name) => NAME.test(name)))
      faults.push(`entry ${index + 1} that is not of this form`);
    else if (subscriptions.has(topic)) faults.push(`entry ${index + 1} with a topic that has one already`);
    subscriptions.set(topic, names);
  }
  return faults.length === 0
    ? valid(Object.fromEntries(subscriptions))
    : invalid(`has ${faults.join('; ')}; names are lower case letters, digits, _ and -`);
}

/** Reads the secrets. What is wrong is told by the entry's number, never by its text. */
export function parseSecrets(text: string): Parsed<readonly WebhookSecret[]> {
  const secrets: WebhookSecret[] = [];
  const faults: string[] = [];
  for (const [index, entry] of entriesOf(text).entries()) {
    const parsed = parsedBy(parseSecret, entry);
    if (parsed.ok) secrets.push(parsed.value);
    else faults.push(`entry ${index + 1}: ${parsed.detail}`);
  }
  return faults.length === 0 ? valid(secrets) : invalid(`is wrong in ${faults.join('; ')}`);
}

/** What a parser that throws makes of a text. */
export function parsedBy<T>(parse: (text: string) => T, text: string): Parsed<T> {
  try {
    return valid(parse(text));
  } catch (error) {
    return invalid((error as Error).message);
  }
}

function entriesOf(text: string): readonly string[] {
  return text
    .replace(/,\s*$/, '')
    .split(',')
    .map((entry) => entry.trim());
}
