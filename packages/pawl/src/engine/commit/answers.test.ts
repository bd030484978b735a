import { expect, it } from 'vitest';
import { acceptedAnswer, recordedAnswer, refusedAnswer } from './answers.ts';

it('records nothing where the order says it all', () => {
  expect(acceptedAnswer(undefined)).toBeNull();
  expect(recordedAnswer(null)).toEqual({ kind: 'order' });
});

it('records what was told of work in the background', () => {
  const accepted = { message: 'begun', taskId: 'ord_1:2:0' };
  expect(acceptedAnswer(accepted)).toBe('{"accepted":{"message":"begun","taskId":"ord_1:2:0"}}');
  expect(recordedAnswer(acceptedAnswer(accepted))).toEqual({ kind: 'accepted', accepted });
});

it('records a refusal as it is', () => {
  const rejection = { code: 'work-pending', event: 'accepted', taskId: 'ord_1:2:0' } as const;
  expect(JSON.parse(refusedAnswer(rejection))).toEqual(rejection);
  expect(recordedAnswer(refusedAnswer(rejection))).toEqual({ kind: 'refused', rejection });
});
