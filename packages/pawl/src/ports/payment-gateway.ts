import type { JsonObject } from '../order/order.ts';

/**
 * Takes and gives back money. Both calls are idempotent by effect key: the same key again has no further effect and gives the
 * same answer. @throws if the outcome is not known: the call is made again.
 */
export interface PaymentGateway {
  charge(request: ChargeRequest, tools: { readonly signal: AbortSignal }): Promise<ChargeResult>;
  /** Must also be legal if the charge never happened: then nothing is given back. */
  refund(request: RefundRequest, tools: { readonly signal: AbortSignal }): Promise<void>;
}

export interface ChargeRequest {
  readonly effectKey: string;
  /** From 1. */
  readonly attempt: number;
  readonly orderId: string;
  /** Decimal text with the currency's decimals. */
  readonly amount: string;
  /** ISO 4217. */
  readonly currency: string;
  /** `metadata.payment` of the order. */
  readonly payment: JsonObject;
}

export type ChargeResult =
  /** `reference` names the charge at the gateway; it is recorded and handed to the refund. */
  | { readonly kind: 'charged'; readonly reference: string }
  /** Refused for good. */
  | { readonly kind: 'declined'; readonly reason: string };

export interface RefundRequest {
  readonly effectKey: string;
  readonly attempt: number;
  readonly orderId: string;
  /** The effect key of the charge to give back. */
  readonly chargeKey: string;
  /** The charge's reference; null if its outcome was never known. */
  readonly reference: string | null;
}
