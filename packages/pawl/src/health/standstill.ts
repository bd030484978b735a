import { waitsFor } from '../order/waiting.ts';
import type { LiveOrder } from '../order/work.ts';
import type { CompiledWorkflow } from '../workflow/compiled.ts';
import type { HealthCode } from './finding.ts';

/** An order that nothing will ever move, and why. */
export interface Standstill {
  readonly code: StandstillCode;
  readonly order: LiveOrder;
}

export type StandstillCode = Extract<
  HealthCode,
  'orders-without-rules' | 'orders-without-progress' | 'orders-unsettled'
>;

/** Undefined if something will move the order, or if it has come to its end. */
export function standstillOf(
  order: LiveOrder,
  workflow: CompiledWorkflow | undefined,
  now: number,
): Standstill | undefined {
  if (order.settled) return undefined;
  if (workflow === undefined) return { code: 'orders-without-rules', order };
  if (waitsFor(order, workflow, now).length > 0) return undefined;
  const isFinal = workflow.states.get(order.status)?.final === true;
  return { code: isFinal ? 'orders-unsettled' : 'orders-without-progress', order };
}
