import type { Command, CreateCommand } from 'pawl';
import type { Question } from './exchange.ts';

/** A command that somebody wants carried out, and how it is asked for over HTTP. */
export interface Wish {
  readonly client: string;
  readonly command: Command;
  /** The order that it is about; null for a creation. */
  readonly orderId: string | null;
  /** With a key a call is made again until it is answered. */
  readonly key: string | null;
  /** `If-Match`, if it is asked for on a condition. */
  readonly ifMatch?: string | undefined;
  readonly question: Question;
}

/** Who wants it, and under which key. */
export type Wisher = Pick<Wish, 'client' | 'key' | 'ifMatch'>;

export function wishToCreate(workflow: string, command: CreateCommand, who: Wisher): Wish {
  const { items, currency, customerId, externalId, metadata } = command;
  const names = { customer_id: customerId, external_id: externalId };
  const body = { workflow, items, currency, metadata, ...names };
  return { ...who, command, orderId: null, question: { method: 'POST', path: '/orders', body } };
}

export function wishToFire(orderId: string, event: string, who: Wisher): Wish {
  const question = { method: 'POST', path: `/orders/${orderId}/${event}`, body: {} } as const;
  return { ...who, command: { kind: 'event', event }, orderId, question };
}

export function wishToSetStatus(orderId: string, status: string, who: Wisher): Wish {
  const question = { method: 'PATCH', path: `/orders/${orderId}`, body: { status } } as const;
  return { ...who, command: { kind: 'set-status', status }, orderId, question };
}

export function wishToEdit(orderId: string, qty: number, who: Wisher): Wish {
  const items = [{ sku: 'A', qty, price: '9.99' }];
  const question = { method: 'PATCH', path: `/orders/${orderId}`, body: { items } } as const;
  return { ...who, command: { kind: 'edit', items }, orderId, question };
}

export function wishFor(kind: 'review' | 'redrive', orderId: string, who: Wisher): Wish {
  const reason = 'looked at';
  const question = { method: 'POST', path: `/orders/${orderId}/${kind}`, body: { reason } } as const;
  return { ...who, command: { kind, reason }, orderId, question };
}

export function wishToRetry(taskId: string, orderId: string, who: Wisher): Wish {
  const question = { method: 'POST', path: `${pathOf(taskId)}/retry`, body: {} } as const;
  return { ...who, command: { kind: 'retry-task', taskId }, orderId, question };
}

/** What a worker holds. */
export interface HeldTask {
  readonly taskId: string;
  readonly orderId: string;
  readonly token: number;
}

/** `again`: this attempt has failed, and another may follow. */
export type WorkerEnd = 'done' | 'failed' | 'again';

export function wishToEnd({ taskId, orderId, token }: HeldTask, end: WorkerEnd, who: Wisher): Wish {
  const path = `${pathOf(taskId)}/${end === 'done' ? 'complete' : 'fail'}`;
  const reason = 'declined';
  const body = { token, ...(end === 'done' ? { data: {} } : { reason, retry: end === 'again' }) };
  const outcome =
    end === 'done' ? ({ kind: 'done', data: {} } as const) : ({ kind: 'failed', reason } as const);
  const command = { kind: 'end-task', taskId, token, outcome } as const;
  return { ...who, command, orderId, question: { method: 'POST', path, body } };
}

export function pathOf(taskId: string): string {
  return `/tasks/${encodeURIComponent(taskId)}`;
}
