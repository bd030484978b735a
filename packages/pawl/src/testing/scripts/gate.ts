import type { JsonObject } from '../../order/order.ts';
import { done, failed, type TaskResult } from '../../ports/task-handler.ts';
import { type AnswerFunction, aborted } from './script.ts';

/** Attempts that wait for the test. Each answer goes to all that wait now; those that come later wait anew. */
export interface HeldTasks {
  /** How many wait now: those that were aborted do not. */
  readonly waiting: number;
  /** @throws {Error} if none waits, as for the other answers. */
  succeed(data?: JsonObject): void;
  fail(reason: string, data?: JsonObject): void;
  /** The outcome is not known. */
  throw(message?: string): void;
}

type Waiting = ReturnType<typeof Promise.withResolvers<TaskResult>>;

/** A gate at which attempts wait. */
export function createGate(name: string): { readonly held: HeldTasks; readonly answer: AnswerFunction } {
  const waiting = new Set<Waiting>();
  const open = (settle: (one: Waiting) => void): void => {
    if (waiting.size === 0) throw new Error(`no attempt at ${name} waits: has it begun, or was it aborted?`);
    const present = [...waiting];
    waiting.clear();
    present.forEach(settle);
  };
  return {
    held: {
      get waiting() {
        return waiting.size;
      },
      succeed: (data) => open(({ resolve }) => resolve(done(data))),
      fail: (reason, data) => open(({ resolve }) => resolve(failed(reason, data))),
      throw: (message = 'thrown by the test') => open(({ reject }) => reject(new Error(message))),
    },
    async answer(_call, { signal }) {
      const one = Promise.withResolvers<TaskResult>();
      waiting.add(one);
      try {
        return await Promise.race([one.promise, aborted(signal)]);
      } finally {
        waiting.delete(one);
      }
    },
  };
}
