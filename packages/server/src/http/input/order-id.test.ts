import { describe, expect, test } from 'vitest';
import { ProblemError } from '../problem-error.ts';
import { parseOrderId } from './order-id.ts';

describe('an order id in a path (R1.04)', () => {
  test.each(['ord_01jd3m8k2yfw8sx2q0tr5v9c1n', '1', '00', '-', '-a', 'x'.repeat(64)])('may be %s', (id) => {
    expect(parseOrderId(id)).toBe(id);
  });

  test.each(['', '0', '-1', '-0', 'a.b', 'a b', 'ü', 'x'.repeat(65), '../etc', "1'--"])(
    'is malformed as %j',
    (id) => {
      expect(() => parseOrderId(id)).toThrow(ProblemError);
    },
  );
});
