import type { Order } from '../../order/order.ts';
import type { Rejection } from '../../order/rejection.ts';
import { NO_WORK } from '../../order/work.ts';
import type { KeyRecord } from '../../ports/store.ts';
import type { History } from '../history.ts';
import type { Outcome } from '../request.ts';
import { recordedAnswer } from './answers.ts';
import type { Job } from './job.ts';

/** Answers a job whose key was used before: with what was decided then, or with the refusal to use one key for two calls. */
export async function replay(job: Job, record: KeyRecord, history: History): Promise<Outcome> {
  if (job.key?.fingerprint !== record.fingerprint) {
    return { ok: false, rejection: { code: 'idempotency-key-reused' }, replayed: false };
  }
  const answer = recordedAnswer(record.answer);
  if (answer.kind === 'refused') return { ok: false, rejection: answer.rejection, replayed: true };
  const then = await history.orderAt(job.request.tenant, record.orderId, { version: record.version });
  if (then === undefined)
    throw new Error(`the order ${record.orderId} of an idempotency record does not exist`);
  if (!isOrder(then)) return { ok: false, rejection: then, replayed: true };
  const told = answer.kind === 'accepted' ? { accepted: answer.accepted } : undefined;
  return { ok: true, order: { ...then, work: NO_WORK }, events: [], stock: [], replayed: true, ...told };
}

function isOrder(value: Order | Rejection): value is Order {
  return 'id' in value;
}
