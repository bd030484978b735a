import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type History, STATUSES, stateOf, stepsFrom, stepsOf } from './steps.ts';

const UNTIMED = { approvedAt: null, shippedAt: null, deliveredAt: null };
const way = (history: Partial<History> & Pick<History, 'status'>) =>
  stepsOf({ ...UNTIMED, ...history })?.map(({ event }) => event);

interface Definition {
  readonly states: Readonly<Record<string, { readonly on?: Readonly<Record<string, string>> }>>;
}
const file = new URL('../workflows/marketplace.yaml', import.meta.url);
const { states } = parse(readFileSync(file, 'utf8')) as Definition;

describe('the way to a status', () => {
  test('leaves out what the files do not know of', () => {
    expect(way({ status: 'created' })).toEqual([]);
    expect(way({ status: 'invoiced' })).toEqual(['approve', 'invoice']);
    expect(way({ status: 'processing' })).toEqual(['approve', 'process']);
    expect(way({ status: 'delivered' })).toEqual(['approve', 'ship', 'deliver']);
  });

  test('of a cancelled order goes as far as it is known to have come', () => {
    expect(way({ status: 'canceled' })).toEqual(['cancel']);
    expect(way({ status: 'canceled', approvedAt: 'a' })).toEqual(['approve', 'cancel']);
    expect(way({ status: 'canceled', shippedAt: 's' })).toEqual(['approve', 'ship', 'cancel']);
    expect(way({ status: 'canceled', deliveredAt: 'd' })).toEqual(['approve', 'ship', 'deliver', 'cancel']);
  });

  test('does not exist where a time is known of a step that the status rules out', () => {
    expect(way({ status: 'created', approvedAt: 'a' })).toBeUndefined();
    expect(way({ status: 'shipped', deliveredAt: 'd' })).toBeUndefined();
    expect(way({ status: 'unavailable', shippedAt: 's' })).toBeUndefined();
  });

  test.each(STATUSES)('to %s is one of the workflow, and ends there', (status) => {
    let state = 'CREATED';
    for (const { event, to } of stepsOf({ ...UNTIMED, status }) ?? []) {
      expect(states[state]?.on?.[event]).toBe(to);
      state = to;
    }
    expect(state).toBe(stateOf(status));
  });
});

test('what is left of a way begins behind the present state', () => {
  const steps = stepsOf({ ...UNTIMED, status: 'delivered' }) ?? [];
  const left = (state: string) => stepsFrom(state, steps)?.map(({ event }) => event);
  expect(left('CREATED')).toEqual(['approve', 'ship', 'deliver']);
  expect(left('SHIPPED')).toEqual(['deliver']);
  expect(left('DELIVERED')).toEqual([]);
  expect(left('CANCELED')).toBeUndefined();
});
