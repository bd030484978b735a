import type { IllegalTransition } from 'pawl';
import { describe, expect, test } from 'vitest';
import { renderProblem } from './problem-answer.ts';
import { refusalOf } from './refusal.ts';

const illegal: IllegalTransition = {
  code: 'illegal-transition',
  from: 'FULFILLED',
  event: null,
  to: 'PAID',
  allowedEvents: [],
  legalFrom: ['CREATED'],
  declaredStatus: 422,
};

describe('an illegal transition', () => {
  test('to a status is told as the contract words it (R2.01)', () => {
    expect(refusalOf(illegal)).toMatchObject({
      status: 422,
      detail: 'Cannot transition from FULFILLED to PAID',
    });
  });

  test('by an event is told as the contract words it (R0.03)', () => {
    const byEvent = { ...illegal, event: 'cancel', to: null, from: 'CANCELLED' };
    expect(refusalOf(byEvent)).toMatchObject({ status: 422, detail: 'Cannot cancel from CANCELLED' });
  });

  test('of a workflow that declares 400 says where it must be (R1.01)', () => {
    const approval = {
      ...illegal,
      event: 'approve',
      to: null,
      from: 'CREATED',
      declaredStatus: 400,
      legalFrom: ['VALIDATED'],
    };
    expect(refusalOf(approval as IllegalTransition)).toMatchObject({
      status: 400,
      detail: "Cannot approve order in status 'CREATED'. Must be 'VALIDATED'",
    });
    const reject = { ...approval, event: 'reject', from: 'REJECTED', legalFrom: ['CREATED', 'VALIDATED'] };
    expect(refusalOf(reject as IllegalTransition).detail).toBe(
      "Cannot reject order in status 'REJECTED'. Must be 'CREATED' or 'VALIDATED'",
    );
  });

  test('carries what the client can do (R2.06)', () => {
    expect(renderProblem(refusalOf(illegal), '/orders/ord_1', 'ab')).toEqual({
      type: '/problems/illegal-transition',
      title: 'Invalid transition',
      status: 422,
      detail: 'Cannot transition from FULFILLED to PAID',
      instance: '/orders/ord_1',
      code: 'illegal-transition',
      trace_id: 'ab',
      from: 'FULFILLED',
      to: 'PAID',
      allowed_events: [],
    });
  });
});

test('a version conflict is told as the contract words it (R2.04)', () => {
  const problem = renderProblem(
    refusalOf({ code: 'version-conflict', currentVersion: 4 }),
    '/orders/ord_1',
    'ab',
  );
  expect(problem).toMatchObject({
    title: 'Version conflict',
    status: 409,
    detail: 'If-Match does not match current resource version',
    current_version: 4,
  });
});
