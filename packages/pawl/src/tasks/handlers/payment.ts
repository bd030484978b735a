import type { JsonObject, JsonValue, Order } from '../../order/order.ts';
import type { PaymentGateway } from '../../ports/payment-gateway.ts';
import { done, failed, type TaskHandler, type TaskResult } from '../../ports/task-handler.ts';
import { reasonText } from './reason.ts';

/** `payment.charge`: takes the order's total by way of a gateway. */
export function chargePayment(gateway: PaymentGateway): TaskHandler {
  return async ({ effectKey, attempt, order }, { signal }) => {
    const { id: orderId, amountTotal: amount, currency } = order;
    const request = { effectKey, attempt, orderId, amount, currency, payment: paymentOf(order) };
    const answer: unknown = await gateway.charge(request, { signal });
    return chargeOutcome(answer, { amount, currency });
  };
}

/** `payment.refund`: gives back the charge that it undoes, also one of which nobody knows whether it happened. */
export function refundPayment(gateway: PaymentGateway): TaskHandler {
  return async ({ effectKey, attempt, order, undoes, input }, { signal }) => {
    if (undoes === null) return failed('nothing to refund: this step undoes no charge');
    const reference = isReference(input['reference']) ? input['reference'] : null;
    const request = { effectKey, attempt, orderId: order.id, chargeKey: undoes, reference };
    await gateway.refund(request, { signal });
    return done();
  };
}

/** @throws for an answer that says neither: the money may have been taken. */
function chargeOutcome(answer: unknown, taken: JsonObject): TaskResult {
  const { kind, reference, reason } = (answer ?? {}) as { readonly [name: string]: unknown };
  if (kind === 'charged' && isReference(reference)) return done({ reference, ...taken });
  if (kind === 'declined' && typeof reason === 'string') {
    return failed(reasonText(reason) || 'the payment was declined');
  }
  throw new Error(
    kind === 'charged'
      ? 'the gateway has charged, but its reference is not 1 to 200 visible characters'
      : 'the gateway has answered neither charged nor declined',
  );
}

/** It goes into the trail and back to the gateway: nothing that could break a line or a header. */
function isReference(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,200}$/.test(value);
}

function paymentOf({ metadata }: Order): JsonObject {
  const payment: JsonValue | undefined = metadata['payment'];
  return typeof payment === 'object' && payment !== null && !Array.isArray(payment)
    ? (payment as JsonObject)
    : {};
}
