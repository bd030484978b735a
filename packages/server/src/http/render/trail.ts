import type { EventPayload, FeedEvent, OrderEvent, RecordedEvent, TaskEnd } from 'pawl';
import { viewFailure } from './failure.ts';
import { timeOf } from './time.ts';

/** An entry of the trail. What was erased is null. */
export interface TrailEntryView {
  readonly id: string;
  readonly order_id: string;
  readonly version: number;
  readonly type: string;
  readonly event: string | null;
  readonly task: string | null;
  readonly from: string | null;
  readonly to: string;
  readonly at: string;
  readonly occurred_at: string | null;
  readonly actor: { readonly id: string; readonly kind: string };
  readonly reason: string | null;
  readonly request_id: string | null;
  readonly data: object | null;
  readonly hash: string;
}

export function viewTrailEntry(event: RecordedEvent): TrailEntryView {
  const { head, payload, hash, actor } = event;
  return {
    id: `${head.orderId}:${head.version}`,
    order_id: head.orderId,
    version: head.version,
    type: head.type,
    event: head.event,
    task: head.task,
    from: head.from,
    to: head.to,
    at: timeOf(head.at),
    occurred_at: payload?.occurredAt === undefined ? null : timeOf(payload.occurredAt),
    actor: { id: actor.name, kind: actor.kind },
    reason: payload?.reason ?? null,
    request_id: payload?.requestId ?? null,
    data: dataOf(payload),
    hash,
  };
}

/** What the client or a timer said; of an entry of work, how the task has ended. */
function dataOf(payload: EventPayload | null): object | null {
  if (payload?.work === undefined) return payload?.data ?? null;
  return viewTaskEnd(payload.work);
}

function viewTaskEnd({ id, outcome, attempts, failures, result }: TaskEnd): object {
  return {
    task_id: id,
    outcome,
    attempts,
    ...(failures === undefined ? {} : { failures: failures.map(viewFailure) }),
    ...(result === undefined ? {} : { result }),
  };
}

/** A domain event as CloudEvents 1.0. `type` is what the order's workflow announces, or `OrderUpdated`. */
export function viewCloudEvent(event: FeedEvent, type: string): object {
  const data = viewTrailEntry(event);
  return {
    specversion: '1.0',
    id: data.id,
    source: '/orders',
    type,
    subject: data.order_id,
    time: data.at,
    datacontenttype: 'application/json',
    data: {
      ...data,
      workflow: event.workflow,
      customer_id: event.customerId,
      external_id: event.externalId,
    },
  };
}

/** An event that a dry run found would be recorded: its hash and time are not known before it is. */
export function viewPlannedEvent({ head }: OrderEvent): object {
  const { version, type, event, task, from, to } = head;
  return { version, type, event, task, from, to };
}
