import { invalidPart } from '../problem-error.ts';

const FORM = /^[A-Za-z0-9_-]{1,64}$/;
const ZERO_OR_NEGATIVE = /^(?:0|-[0-9]+)$/;

/** The form of `{order_id}`; whether an order has it is for the engine to say. @throws ProblemError for any other form. */
export function parseOrderId(text: string): string {
  if (FORM.test(text) && !ZERO_OR_NEGATIVE.test(text)) return text;
  throw invalidPart(
    'path',
    'order_id',
    'must be 1 to 64 letters, digits, _ or -, and neither zero nor negative',
  );
}
