import type { FeedEvent } from 'pawl';
import type { FinalState } from 'pawl/testing';
import { TENANT } from '../../drill/callers.ts';
import { type Finding, finding } from '../../findings.ts';

/** What a copy holds is the beginning of what the database became: event by event, and not a part of any command. */
export function checkPrefix(copy: FinalState, real: FinalState): readonly Finding[] {
  const [some, all] = [copy, real].map(({ feeds }) => feeds.get(TENANT) ?? []) as [FeedEvent[], FeedEvent[]];
  const differing = some.findIndex((event, index) => event.hash !== all[index]?.hash);
  if (differing >= 0) {
    const { orderId, version } = some[differing]?.head ?? { orderId: null, version: 0 };
    const detail = `event ${differing + 1} of its feed, version ${version}, is not what stands there in the end`;
    return [finding('no-prefix', detail, orderId)];
  }
  const [last, next] = [some.at(-1), all[some.length]];
  const command = last?.payload?.commandId;
  if (
    command === undefined ||
    next?.payload?.commandId !== command ||
    next.head.orderId !== last?.head.orderId
  )
    return [];
  const detail = `it ends with version ${last.head.version}, in the middle of a command`;
  return [finding('unit-in-part', detail, last.head.orderId)];
}
