import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { failed, retryLater, type TaskResult } from '../../../ports/task-handler.ts';
import { type AllowList, allowsAddress } from './allow-list.ts';
import { codeOf } from './fault.ts';

/** All addresses of a host name. Rejects where there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** A call that may be made. */
export interface Target {
  readonly url: URL;
  /** Where the connection goes: checked, and not looked up again. */
  readonly addresses: readonly string[];
}

export type TargetSearch =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly result: TaskResult };

const ADVICE = 'which is not among the addresses that the configuration allows: add';

/**
 * Decides whether a task may call its URL. The name is resolved here, once, and each of its addresses judged: a check of the
 * name alone would let whoever runs its DNS lead the call to a neighbour of ours.
 */
export async function findTarget(
  text: unknown,
  allow: AllowList,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<TargetSearch> {
  const url = typeof text === 'string' ? URL.parse(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return refused('the url of the task is no http or https URL');
  }
  if (url.username !== '' || url.password !== '') {
    return refused('the url of the task has a user name or a password: send none in a url');
  }
  if (!allow.origins.has(url.origin)) {
    return refused(`the task calls ${url.origin}, ${ADVICE} ${url.origin} to HTTP_TASKS_ALLOW`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // Whoever listed the address itself has judged it.
  if (isIP(host) !== 0) return { ok: true, target: { url, addresses: [host] } };
  return resolved(url, host, allow, resolve, signal);
}

/** What the operating system knows, so that the names of a container network are found as well. */
export const resolveBySystem: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

async function resolved(
  url: URL,
  host: string,
  allow: AllowList,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<TargetSearch> {
  let addresses: readonly string[];
  try {
    addresses = await unlessAborted(resolve(host), signal);
  } catch (error) {
    return { ok: false, result: retryLater(`the name ${host} cannot be resolved: ${codeOf(error)}`) };
  }
  if (addresses.length === 0) return { ok: false, result: retryLater(`the name ${host} has no address`) };
  const stranger = addresses.find((address) => !allowsAddress(allow, address));
  if (stranger === undefined) return { ok: true, target: { url, addresses } };
  return refused(
    `${host} leads to ${stranger}, ${ADVICE} a range with it, such as ${stranger}/${isIP(stranger) === 4 ? 32 : 128}, to HTTP_TASKS_ALLOW`,
  );
}

/** The service was not asked: what it has done in an earlier attempt is as unknown as before. */
function refused(reason: string): TargetSearch {
  return { ok: false, result: failed(reason, undefined, { attemptOnly: true }) };
}

/** The system's resolver cannot be stopped: its answer is no longer waited for. */
async function unlessAborted<T>(pending: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new DOMException('the attempt has ended', 'AbortError'));
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([pending, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
