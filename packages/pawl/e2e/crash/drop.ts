import { defineWorkflow, type PaymentGateway, type TaskHandler } from '../../src/index.ts';
import { done, failed } from '../../src/ports/task-handler.ts';

/** A preorder whose parcel is booked after the charge, so that orders also fail with the money taken. */
export const DROP = defineWorkflow({
  name: 'drop',
  initial: 'SUBMITTED',
  tasks: { 'parcel.book': { undo: 'parcel.cancel', holds: 'parcel' }, 'parcel.cancel': {} },
  states: {
    SUBMITTED: {
      run: [{ task: 'stock.check' }, { task: 'stock.reserve', undo: 'stock.release' }],
      done: 'RESERVED',
      failed: 'FAILED',
    },
    RESERVED: {
      run: {
        task: 'payment.charge',
        undo: { task: 'payment.refund', retry: { attempts: 100, backoff: '20ms', cap: '200ms' } },
        retry: { attempts: 6, backoff: '20ms', cap: '100ms' },
        timeout: '400ms',
      },
      done: 'CHARGED',
      failed: 'FAILED',
    },
    CHARGED: {
      run: { task: 'parcel.book', retry: { attempts: 6, backoff: '20ms', cap: '100ms' } },
      done: 'CONFIRMED',
      failed: 'FAILED',
    },
    CONFIRMED: { final: true },
    FAILED: { final: true, compensate: true, review: { redrive: 'SUBMITTED' } },
  },
});

/** What an order's metadata says is to happen to it. */
export type Fate = 'ok' | 'declined' | 'no-parcel';

export const tasks: Readonly<Record<string, TaskHandler>> = {
  'parcel.book': ({ order }) => (order.metadata['fate'] === 'no-parcel' ? failed('no carrier') : done()),
  'parcel.cancel': () => done(),
};

/** The gateway behind a socket; every call passes `around`, which may end the process before or after it. */
export function remoteGateway(url: string, around: Around): PaymentGateway {
  const call = async (path: string, body: object, signal: AbortSignal): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body), signal });
    if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`);
    return answer.json();
  };
  return {
    charge: (request, { signal }) =>
      around('charge', async () => (await call('/charge', request, signal)) as never),
    refund: (request, { signal }) =>
      around('refund', async () => void (await call('/refund', request, signal))),
  };
}

/** Runs a call between two named points. */
export type Around = <T>(name: string, call: () => Promise<T>) => Promise<T>;
