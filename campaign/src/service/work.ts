import type { Ledger } from './ledger.ts';

/** What a service is asked for: `data` of the body of an `http` task, as far as it is used here. */
export interface TaskCall {
  readonly effect_key: string;
  readonly token: number;
  readonly attempt: number;
  readonly undoes: string | null;
  readonly order: {
    readonly order_id: string;
    readonly amount_total: string;
    readonly metadata: { readonly fate?: string; readonly script?: number };
  };
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** What the orders of a campaign may say of themselves, and the step that is declined for it. */
const DECLINED: Readonly<Record<string, string>> = { '/charge': 'declined', '/parcel': 'no-parcel' };

/** Does the work once for its effect key, and answers a repetition as the first time. */
export function carryOut(path: string, call: TaskCall, ledger: Ledger): Answer {
  const { effect_key: key, undoes, order } = call;
  if (undoes !== null) {
    ledger.takeBack(undoes);
    return { status: 200, body: {} };
  }
  const isDeclined = DECLINED[path] !== undefined && DECLINED[path] === order.metadata.fate;
  if (isDeclined && ledger.decline(key)) return { status: 422, body: { detail: 'declined' } };
  const isDone = ledger.perform(key, path === '/charge' ? order.amount_total : undefined);
  return isDone
    ? { status: 200, body: { reference: `ref-${key}` } }
    : { status: 409, body: { detail: 'it was taken back or declined before' } };
}
