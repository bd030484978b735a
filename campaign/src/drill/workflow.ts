import { defineWorkflow, type WorkflowDefinition } from 'pawl';

/** Tasks that are left to outside workers, and the queues that they consume. */
export const WORKERS_TASKS = ['label.print', 'label.void', 'queue:mail', 'queue:picking'] as const;
export const SUBSCRIPTIONS = 'order-confirmed=mail,warehouse=picking';

/** Attempts follow each other closely, so that a run meets many. An undo is tried until it succeeds, or an operator sees it. */
const RETRY = { attempts: 8, backoff: '50ms', cap: '400ms' } as const;
const UNDO_RETRY = { attempts: 60, backoff: '50ms', cap: '500ms' } as const;
const TIMEOUT = '1s';

/** The only state that is left by itself, without work: who waits for rest waits until nobody is in it. */
export const TIMER_STATE = 'BOOKED';

/** A workflow with everything that can go wrong in it: the outside service at `url` charges, books and confirms. */
export function campaignWorkflow(url: string): WorkflowDefinition {
  const undo = (path: string) => ({
    task: 'http',
    url: `${url}${path}`,
    retry: UNDO_RETRY,
    timeout: TIMEOUT,
  });
  const step = (path: string) => ({ task: 'http', url: `${url}${path}`, retry: RETRY, timeout: TIMEOUT });
  const confirm = { ...step('/confirm'), undo: undo('/unconfirm') };
  return defineWorkflow({
    name: 'campaign',
    initial: 'SUBMITTED',
    announces: 'OrderPlaced',
    tasks: { 'label.print': { undo: 'label.void', holds: 'label' }, 'label.void': {} },
    states: {
      SUBMITTED: {
        run: [{ task: 'stock.check' }, { task: 'stock.reserve', undo: 'stock.release' }],
        done: 'RESERVED',
        failed: 'FAILED',
      },
      RESERVED: {
        run: { ...step('/charge'), undo: undo('/refund') },
        done: 'CHARGED',
        failed: 'FAILED',
        on: { cancel: 'FAILED' },
      },
      CHARGED: {
        run: {
          all: [
            { ...step('/parcel'), undo: undo('/recall') },
            { task: 'label.print', retry: RETRY },
          ],
        },
        done: 'BOOKED',
        failed: 'FAILED',
      },
      BOOKED: {
        on: {
          confirm: { run: confirm, accepted: 'confirmation started', done: 'CONFIRMED', failed: 'FAILED' },
          cancel: 'FAILED',
        },
        after: { '1500ms': 'CONFIRMING' },
      },
      CONFIRMING: { run: confirm, done: 'CONFIRMED', failed: 'FAILED' },
      CONFIRMED: {
        final: true,
        run: {
          all: [
            { task: 'notify', topic: 'order-confirmed' },
            { task: 'notify', topic: 'warehouse' },
          ],
        },
      },
      FAILED: { final: true, compensate: true, review: { redrive: 'SUBMITTED' } },
    },
  });
}
