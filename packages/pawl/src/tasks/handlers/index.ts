import type { PaymentGateway } from '../../ports/payment-gateway.ts';
import { failed, type TaskHandler } from '../../ports/task-handler.ts';
import { type CallServiceOptions, callService } from './http/call-service.ts';
import { checkOrder } from './order-check.ts';
import { chargePayment, refundPayment } from './payment.ts';

export interface BuiltInOptions {
  readonly gateway: PaymentGateway;
  /** Absent: `http` tasks fail and say so. */
  readonly http?: CallServiceOptions | undefined;
}

const NOT_CONFIGURED =
  'http tasks are not configured: list the origins that may be called in HTTP_TASKS_ALLOW';

/** Handlers of the built-in tasks, by task. `stock.*` and `notify` have none: the commit carries them out. */
export function builtInHandlers({ gateway, http }: BuiltInOptions): ReadonlyMap<string, TaskHandler> {
  return new Map<string, TaskHandler>([
    ['order.check', checkOrder],
    ['payment.charge', chargePayment(gateway)],
    ['payment.refund', refundPayment(gateway)],
    ['http', http === undefined ? notConfigured : callService(http)],
  ]);
}

/** Another node, or this one before its last start, may have asked the service. */
const notConfigured: TaskHandler = () => failed(NOT_CONFIGURED, undefined, { attemptOnly: true });
