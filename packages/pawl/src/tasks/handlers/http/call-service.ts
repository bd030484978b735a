import type { HandedTask, TaskHandler } from '../../../ports/task-handler.ts';
import type { AllowList } from './allow-list.ts';
import { taskMessage } from './message.ts';
import { outcomeOf } from './outcome.ts';
import { post } from './post.ts';
import { signWebhook, type WebhookSecret } from './signature.ts';
import { findTarget, type Resolve, resolveBySystem } from './target.ts';

export interface CallServiceOptions {
  readonly allow: AllowList;
  /** At least one. Each signs every call, so that a receiver can change from one to the next. */
  readonly secrets: readonly WebhookSecret[];
  /** How long a task waits for a service that has answered 202. Default 24 h. */
  readonly handedOverForMs?: number | undefined;
  /** Default: the operating system's. */
  readonly resolve?: Resolve | undefined;
}

const DAY_MS = 86_400_000;

/**
 * `http`: hands the task to a service by a signed POST to `url`.
 *
 * @throws {RangeError} without a secret: a service could not tell our calls from anybody's.
 */
export function callService(options: CallServiceOptions): TaskHandler {
  const { allow, secrets, handedOverForMs = DAY_MS, resolve = resolveBySystem } = options;
  if (secrets.length === 0) throw new RangeError('http tasks need a secret to sign with');
  return async (task, { signal, now }) => {
    const found = await findTarget(task.input['url'], allow, resolve, signal);
    if (!found.ok) return found.result;
    const body = taskMessage(task, now);
    const headers = headersOf(task, body, Math.floor(now / 1_000), secrets);
    const exchange = await post({ ...found.target, headers, body, signal });
    return outcomeOf(exchange, { origin: found.target.url.origin, now, signal, handedOverForMs });
  };
}

function headersOf(
  { effectKey }: HandedTask,
  body: string,
  timestampS: number,
  secrets: readonly WebhookSecret[],
): Readonly<Record<string, string>> {
  const id = effectKey.replace(/[^A-Za-z0-9_-]/g, '_');
  return {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'pawl',
    'idempotency-key': effectKey,
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': secrets.map((secret) => signWebhook({ id, timestampS, body, secret })).join(' '),
  };
}
