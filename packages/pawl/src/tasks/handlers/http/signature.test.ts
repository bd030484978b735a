import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSecret, signWebhook } from './signature.ts';

const base64 = (bytes: number, byte = 0xfb) => Buffer.alloc(bytes, byte).toString('base64');

describe('signWebhook', () => {
  // The vector that the libraries of Standard Webhooks test with.
  const vector = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestampS: 1_614_265_330,
    body: '{"test": 2432232314}',
    secret: parseSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
  };

  it('signs as Standard Webhooks does', () => {
    expect(signWebhook(vector)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('signs the bytes of UTF-8', () => {
    const bytes = Buffer.from(`${vector.id}.${vector.timestampS}.{"name":"Zoë"}`, 'utf8');
    const expected = createHmac('sha256', vector.secret).update(bytes).digest('base64');
    expect(signWebhook({ ...vector, body: '{"name":"Zoë"}' })).toBe(`v1,${expected}`);
  });

  it('signs an empty body', () => {
    expect(signWebhook({ ...vector, body: '' })).toMatch(/^v1,/);
  });

  it.each([
    [{ id: 'other' }],
    [{ timestampS: 1_614_265_331 }],
    [{ body: '{"test":2432232314}' }],
    [{ secret: parseSecret(`whsec_${base64(24)}`) }],
  ])('signs %j otherwise', (change) => {
    expect(signWebhook({ ...vector, ...change })).not.toBe(signWebhook(vector));
  });

  it.each([
    [{ id: '' }],
    [{ id: 'msg.1' }],
    [{ timestampS: 1.5 }],
    [{ timestampS: -1 }],
    [{ timestampS: Number.NaN }],
  ])('refuses %j, by which two messages could be signed alike', (change) => {
    expect(() => signWebhook({ ...vector, ...change })).toThrow(RangeError);
  });
});

describe('parseSecret', () => {
  it.each([24, 25, 32, 64])('takes %i bytes', (bytes) => {
    expect(parseSecret(`whsec_${base64(bytes)}`)).toHaveLength(bytes);
  });

  it.each([
    ['', 'does not begin with whsec_'],
    [base64(32), 'does not begin with whsec_'],
    [`WHSEC_${base64(32)}`, 'does not begin with whsec_'],
    [`whsk_${base64(32)}`, 'asymmetric'],
    [`whpk_${base64(32)}`, 'asymmetric'],
    ['whsec_', '0 bytes'],
    [`whsec_${base64(23)}`, '23 bytes'],
    [`whsec_${base64(65)}`, '65 bytes'],
    [`whsec_${base64(25).replace(/=+$/, '')}`, 'not padded base64'],
    [`whsec_${base64(32).replaceAll('+', '-').replaceAll('/', '_')}`, 'not padded base64'],
    [`whsec_${base64(32)} `, 'not padded base64'],
    [`whsec_${base64(24)}!`, 'not padded base64'],
    [`whsec_whsec_${base64(24)}`, 'not padded base64'],
  ])('refuses %s', (text, problem) => {
    expect(() => parseSecret(text)).toThrow(problem);
  });

  it('never shows the secret that it refuses', () => {
    for (const text of [
      `wrong_${base64(32)}`,
      `whsec_${base64(8)}`,
      `whsec_${base64(32)}?`,
      `whsk_${base64(32)}`,
    ]) {
      const secret = text.slice(text.indexOf('_') + 1).slice(0, 6);
      expect(() => parseSecret(text)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(secret) as string }),
      );
    }
  });
});
