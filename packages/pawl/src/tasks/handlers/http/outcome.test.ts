import { describe, expect, it } from 'vitest';
import { OBJECT_BYTES_MAX } from '../../../order/metadata.ts';
import { EXAMPLE_NOW } from '../example-task.ts';
import { outcomeOf } from './outcome.ts';
import type { Answer, Exchange } from './post.ts';

const CONTEXT = {
  origin: 'https://a.example',
  now: EXAMPLE_NOW,
  signal: new AbortController().signal,
  handedOverForMs: 5_000,
};

function answered(status: number, text: string | Buffer = '', more: Partial<Answer> = {}) {
  const body = { state: 'whole' as const, bytes: Buffer.from(text) };
  return outcomeOf({ kind: 'answered', answer: { status, retryAfter: null, body, ...more } }, CONTEXT);
}

describe('outcomeOf', () => {
  it.each([200, 201, 203, 204, 206, 299])('is done with what %i tells', (status) => {
    expect(answered(status, '{"label":"L-1"}')).toEqual({ kind: 'done', data: { label: 'L-1' } });
  });

  it.each<[text: string | Buffer, what: string]>([
    ['', 'nothing'],
    ['ok', 'text'],
    ['[1]', 'a list'],
    ['"text"', 'a string'],
    ['null', 'null'],
    ['{"a":', 'half an object'],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'no UTF-8'],
    ['{"a":"\\u0000"}', 'U+0000 in a text'],
    ['{"a":[{"b\\u0000":1}]}', 'U+0000 in a name'],
    ['{"a":"\\ud800"}', 'a lone surrogate'],
    ['{"a":1e999}', 'a number beyond all bounds'],
    [`${'{"a":'.repeat(9)}1${'}'.repeat(9)}`, 'nine levels'],
    [`{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 'thousands of levels'],
    [`{"a":"${'x'.repeat(OBJECT_BYTES_MAX)}"}`, 'more than 16 KiB'],
  ])('is done, and records nothing of %.20s: %s', (text) => {
    expect(answered(200, text)).toEqual({ kind: 'done', data: {} });
  });

  it('records an object of exactly 16 KiB, and members of any name', () => {
    const text = 'x'.repeat(OBJECT_BYTES_MAX - '{"a":""}'.length);
    expect(answered(200, `{"a":"${text}"}`)).toEqual({ kind: 'done', data: { a: text } });
    expect(JSON.stringify(answered(200, '{"__proto__":{"a":1}}'))).toContain('"data":{"__proto__":{"a":1}}');
  });

  it('asks again where a body that told success broke off or was too long to be read', () => {
    const half = { bytes: Buffer.from('{"a":1}') };
    expect(answered(200, '', { body: { state: 'broken', ...half } })).toMatchObject({
      kind: 'retry',
      uncertain: true,
    });
    expect(answered(200, '', { body: { state: 'long', ...half } })).toEqual({ kind: 'done', data: {} });
  });

  it('hands over with 202', () => {
    expect(answered(202)).toEqual({ kind: 'handed-over', forMs: 5_000 });
  });

  it.each([300, 301, 302, 303, 304, 307, 308])(
    'fails with %i, since redirects are not followed, and says nothing of an earlier attempt',
    (status) => {
      expect(answered(status)).toEqual({
        kind: 'failed',
        reason: `https://a.example answered ${status}: redirects are not followed`,
        attemptOnly: true,
      });
    },
  );

  it.each([400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 426, 431, 451])(
    'fails for good with %i',
    (status) => {
      expect(answered(status, ' {"error":\n"no stock"} ')).toEqual({
        kind: 'failed',
        reason: `https://a.example answered ${status}: {"error": "no stock"}`,
      });
    },
  );

  it('says no more than the status where the body says nothing, and quotes 300 characters of a long one', () => {
    expect(answered(400)).toEqual({ kind: 'failed', reason: 'https://a.example answered 400' });
    const { reason } = answered(400, 'x'.repeat(5_000)) as { reason: string };
    expect(reason).toBe(`https://a.example answered 400: ${'x'.repeat(299)}…`);
  });

  it.each([
    [408, true],
    [425, false],
    [429, false],
    [500, true],
    [502, true],
    [503, true],
    [504, true],
    [599, true],
  ])('tries again after %i; that it may have been carried out: %s', (status, uncertain) => {
    expect(answered(status, 'busy', { retryAfter: '30' })).toEqual({
      kind: 'retry',
      reason: `https://a.example answered ${status}: busy`,
      afterMs: 30_000,
      uncertain,
    });
    expect(answered(status)).toMatchObject({ kind: 'retry', afterMs: null });
  });

  it('counts a date of Retry-After from the time of the attempt', () => {
    const retryAfter = new Date(EXAMPLE_NOW + 90_000).toUTCString();
    expect(answered(503, '', { retryAfter })).toMatchObject({ kind: 'retry', afterMs: 90_000 });
  });

  it.each([
    [true, 'ended the connection without an answer (ECONNRESET)'],
    [false, 'could not be reached (ECONNRESET)'],
  ])('tries again where no answer has come; sent before: %s', (sent, reason) => {
    const lost: Exchange = { kind: 'lost', sent, cause: 'ECONNRESET' };
    expect(outcomeOf(lost, CONTEXT)).toEqual({
      kind: 'retry',
      reason: `https://a.example ${reason}`,
      afterMs: null,
      uncertain: sent,
    });
    expect(outcomeOf(lost, { ...CONTEXT, signal: AbortSignal.abort() })).toMatchObject({
      reason: 'https://a.example did not answer in time',
      uncertain: sent,
    });
  });
});
