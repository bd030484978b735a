import type { JsonObject } from '../../order/order.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ChargeResult, PaymentGateway } from '../../ports/payment-gateway.ts';
import { done, failed, type HandlerTools, type TaskResult } from '../../ports/task-handler.ts';
import { createSimulatedGateway } from '../../tasks/handlers/simulated-gateway.ts';
import type { Real, TaskCall } from './script.ts';

/** Plays an attempt at a task of that name. */
export type Play = (
  call: Omit<TaskCall, 'at'>,
  tools: HandlerTools,
  real: Real,
) => Promise<TaskResult | undefined>;

/** A gateway that answers as the scripts of `payment.charge` and `payment.refund` say; in earnest it is the simulated one. */
export function createScriptedGateway(play: Play, clock: Clock): PaymentGateway {
  const simulated = createSimulatedGateway({ sleep: (ms, signal) => clock.sleep(ms, signal) });
  return {
    async charge(request, tools) {
      const { effectKey, attempt, orderId, amount, currency, payment } = request;
      const known = { name: 'payment.charge', effectKey, attempt, orderId, undoes: null };
      const call = { ...known, input: { amount, currency, payment } };
      const result = await play(call, toolsOf(tools, clock), async () =>
        resultOf(await simulated.charge(request, tools)),
      );
      return chargeOf(result, effectKey);
    },
    async refund(request, tools) {
      const { effectKey, attempt, orderId, chargeKey, reference } = request;
      const known = { name: 'payment.refund', effectKey, attempt, orderId, undoes: chargeKey };
      const result = await play({ ...known, input: { reference } }, toolsOf(tools, clock), async () => {
        await simulated.refund(request, tools);
        return done();
      });
      if (result !== undefined && result.kind !== 'done') throw unspeakable(result);
    },
  };
}

function toolsOf({ signal }: { readonly signal: AbortSignal }, clock: Clock): HandlerTools {
  return { signal, now: clock.now(), sleep: (ms) => clock.sleep(ms, signal) };
}

function resultOf(charged: ChargeResult): TaskResult {
  return charged.kind === 'charged' ? done({ reference: charged.reference }) : failed(charged.reason);
}

function chargeOf(result: TaskResult | undefined, effectKey: string): ChargeResult {
  if (result === undefined || result.kind === 'done') {
    return { kind: 'charged', reference: referenceIn(result?.data ?? {}) ?? `charge_${effectKey}` };
  }
  if (result.kind === 'failed' && result.attemptOnly !== true)
    return { kind: 'declined', reason: result.reason };
  throw unspeakable(result);
}

function referenceIn({ reference }: JsonObject): string | undefined {
  return typeof reference === 'string' ? reference : undefined;
}

/** What a gateway has no word for, it can only throw. */
function unspeakable(result: TaskResult): Error {
  return new Error('reason' in result ? result.reason : `a gateway cannot answer ${result.kind}`);
}
