import { type JsonObject, sizeFault } from 'pawl';
import { Type } from 'typebox';
import { parseTime, TIME_PATTERN } from '../input/time.ts';
import {
  CURSOR_MAX_CHARS,
  ITEMS_MAX,
  NAME_MAX_CHARS,
  PRICE_NUMBER_DIGITS,
  QTY_MAX,
  REASON_MAX_CHARS,
} from '../limits.ts';

// `x-rule` is what somebody is told who breaks a pattern or a union: the validator quotes it.

const PRICE_RULE = `must be above zero: a decimal string such as "9.99" with at most 12 digits before the point, or a number with at most ${PRICE_NUMBER_DIGITS} significant digits`;

const priceText = Type.String({
  pattern: '^(?!0+(\\.0+)?$)[0-9]{1,12}(\\.[0-9]{1,18})?$',
  'x-rule': PRICE_RULE,
});
const priceNumber = Type.Refine(
  Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1e12 }),
  (value) => significantDigits(value) <= PRICE_NUMBER_DIGITS,
  () => PRICE_RULE,
);

export const itemSchema = Type.Object(
  {
    sku: Type.String({ minLength: 1, maxLength: NAME_MAX_CHARS }),
    qty: Type.Integer({ minimum: 1, maximum: QTY_MAX }),
    price: Type.Union([priceText, priceNumber], { description: 'Of one piece.', 'x-rule': PRICE_RULE }),
  },
  { additionalProperties: false },
);

export const itemsSchema = Type.Array(itemSchema, { minItems: 1, maxItems: ITEMS_MAX });

/** Whether it is a currency is for the engine: an unknown one is 422. */
export const currencySchema = Type.String({ minLength: 1, maxLength: 16, description: 'ISO 4217.' });

export const nameSchema = (description: string) =>
  Type.String({ minLength: 1, maxLength: NAME_MAX_CHARS, description });

export const cursorSchema = (description: string) =>
  Type.String({ minLength: 1, maxLength: CURSOR_MAX_CHARS, description });

export const reasonSchema = Type.String({
  minLength: 1,
  maxLength: REASON_MAX_CHARS,
  description: 'Why, for the trail.',
});

export const timeSchema = (description: string) =>
  Type.Refine(
    Type.String({ pattern: TIME_PATTERN, description, 'x-rule': TIME_RULE }),
    (text) => parseTime(text) !== undefined,
    () => TIME_RULE,
  );
const TIME_RULE = 'must be an RFC 3339 time with a zone, such as 2025-01-31T09:30:00.000Z';

/** An order in a path or an operation. Whether there is such an order is for the engine to say. */
export const orderIdSchema = Type.String({
  pattern: '^(?!0$|-[0-9]+$)[A-Za-z0-9_-]{1,64}$',
  description: 'For example `ord_01jd3m8k2yfw8sx2q0tr5v9c1n`.',
  'x-rule': 'must be 1 to 64 letters, digits, _ or -, and neither zero nor negative',
});

/** A SKU as a path segment, percent-encoded there. */
export const skuSchema = Type.Refine(
  Type.String({
    minLength: 1,
    maxLength: NAME_MAX_CHARS,
    description: 'Percent-encoded, for example `A-1`.',
  }),
  (sku) => !sku.includes('\u0000'),
  () => 'must not contain U+0000',
);

/** What a worker may ask for: a declared task or a queue. */
export const taskNameSchema = Type.String({
  pattern: '^(?:queue:)?[a-z][a-z0-9_-]{0,63}(?:\\.[a-z][a-z0-9_-]{0,63})?$',
  description: 'For example `label.print`, or `queue:warehouse`.',
  'x-rule': 'must be the name of a task such as label.print, or of a queue such as queue:warehouse',
});

/** Said of every free object. */
const OBJECT_RULES =
  'At most 16 KiB as JSON and 8 levels. Members may come back in another order, that of RFC 8785.';

/** Free JSON, bounded so that a trail stays readable and a row small. */
export const objectSchema = (description: string) =>
  Type.Refine(
    Type.Unsafe<JsonObject>({ type: 'object', description: `${description} ${OBJECT_RULES}` }),
    (value) => sizeFault(value) === null,
    (value) => sizeFault(value) ?? '',
  );

/** A name that may be absent. */
export const nameOrNullSchema = (description: string) =>
  Type.Union([nameSchema(description), Type.Null()], {
    'x-rule': `must be 1 to ${NAME_MAX_CHARS} characters, or null`,
  });

function significantDigits(value: number): number {
  const [digits = ''] = String(value).split('e');
  return digits.replace('.', '').replace(/^0+/, '').length;
}
