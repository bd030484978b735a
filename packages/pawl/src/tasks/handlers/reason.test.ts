import { describe, expect, it } from 'vitest';
import { REASON_CHARACTERS_MAX, reasonText } from './reason.ts';

describe('reasonText', () => {
  it('leaves a plain text as it is', () => {
    expect(reasonText('the bank refused the payment')).toBe('the bank refused the payment');
  });

  it('puts lines, tabs and controls on one line', () => {
    expect(reasonText(' one\r\n\ttwo\u0000three\u001b[31m ')).toBe('one two three [31m');
  });

  it('keeps a text of exactly the limit', () => {
    const text = 'x'.repeat(REASON_CHARACTERS_MAX);
    expect(reasonText(text)).toBe(text);
  });

  it('cuts a longer one to the limit and shows that it did', () => {
    const cut = reasonText('x'.repeat(REASON_CHARACTERS_MAX + 1));
    expect(cut).toHaveLength(REASON_CHARACTERS_MAX);
    expect(cut.endsWith('x…')).toBe(true);
  });

  it('leaves no half of a surrogate pair, neither by its cut nor from outside', () => {
    expect(reasonText('ab\ud83d\ude00cd', 4).isWellFormed()).toBe(true);
    expect(reasonText('a\ud83d').isWellFormed()).toBe(true);
  });
});
