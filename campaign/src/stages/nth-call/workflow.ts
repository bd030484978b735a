import { defineWorkflow } from 'pawl';

/** What is left to a worker outside of the engine. */
export const OUTSIDE = ['label.print', 'label.void', 'queue:mail'] as const;
export const SUBSCRIPTIONS = { confirmed: ['mail'] } as const;

const RETRY = { attempts: 6, backoff: '50ms', cap: '200ms' } as const;

/** Something of everything, in few steps. */
export const SAGA = defineWorkflow({
  name: 'saga',
  initial: 'SUBMITTED',
  tasks: {
    'seat.book': { undo: 'seat.free', holds: 'seat' },
    'seat.free': {},
    'label.print': { undo: 'label.void', holds: 'label' },
    'label.void': {},
  },
  states: {
    SUBMITTED: {
      run: [{ task: 'stock.check' }, { task: 'stock.reserve', undo: 'stock.release' }],
      done: 'RESERVED',
      failed: 'FAILED',
    },
    RESERVED: {
      run: [
        {
          task: 'payment.charge',
          undo: { task: 'payment.refund', retry: RETRY },
          retry: RETRY,
          timeout: '1s',
        },
        { task: 'seat.book', retry: RETRY, timeout: '1s' },
      ],
      done: 'CHARGED',
      failed: 'FAILED',
      on: { cancel: 'FAILED' },
    },
    CHARGED: { run: { task: 'label.print', retry: RETRY }, done: 'BOOKED', failed: 'FAILED' },
    BOOKED: { on: { confirm: 'CONFIRMED', cancel: 'FAILED' }, after: { '800ms': 'CONFIRMED' } },
    CONFIRMED: { final: true, run: { task: 'notify', topic: 'confirmed' } },
    FAILED: { final: true, compensate: true, review: { redrive: 'SUBMITTED' } },
  },
});
