import { expect, it } from 'vitest';
import { SharedTexts } from './shared-texts.ts';

it('gives what it is given, however many different texts there are', () => {
  const texts = new SharedTexts();
  for (let n = 0; n < 25_000; n++) expect(texts.share(`text ${n % 12_000}`)).toBe(`text ${n % 12_000}`);
});
