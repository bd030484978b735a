import { describe, expect, it } from 'vitest';
import { Life, type States } from '../testing/life/life.ts';
import type { DraftEvent } from './event.ts';
import { entersState, evolve, standing } from './evolve.ts';

const STATES: States = {
  A: { editable: true, on: { close: 'END' } },
  END: { final: true, editable: true, review: {} },
};
const HASH = 'f'.repeat(64);

function drafts(life: Life): readonly DraftEvent[] {
  return life.events.map(({ head, payload }) => ({ head, payload: payload ?? { commandId: '' } }));
}

describe('an order that has been reviewed', () => {
  it('is not looked at again for what does not move it', () => {
    const life = new Life(STATES);
    life.event('close');
    life.send({ kind: 'review', reason: 'seen' });
    expect(life.send({ kind: 'edit', customerId: 'ann' })).toBe('END 4');
    expect(life.order).toMatchObject({ settled: true, awaitsReview: false });
  });

  it('is, as long as nobody has reviewed it, looked at also after an edit', () => {
    const life = new Life(STATES);
    life.event('close');
    life.send({ kind: 'edit', customerId: 'ann' });
    expect(life.order).toMatchObject({ settled: true, awaitsReview: true });
  });
});

describe('an event whose payload was erased', () => {
  it('still says how the order stands, by its state', () => {
    const life = new Life(STATES);
    life.event('close');
    const [created, closed] = life.events.map(({ head }) => ({ head, payload: null }));
    const { compiled } = life.workflow;
    expect(created && standing(created, compiled)).toEqual({
      settled: false,
      blocked: false,
      awaitsReview: false,
    });
    expect(closed && standing(closed, compiled)).toEqual({
      settled: true,
      blocked: false,
      awaitsReview: true,
    });
    expect(closed && entersState(closed)).toBe(true);
    life.send({ kind: 'edit', customerId: 'ann' });
    const head = life.events.at(-1)?.head;
    expect(head && entersState({ head, payload: null })).toBe(false);
  });
});

/** After an erasure the values are not known any more: an order with guessed ones would be worse than none. */
describe('an event that does not say enough', () => {
  const life = new Life(STATES);
  life.send({ kind: 'edit', customerId: 'ann' });
  const [created, edited] = drafts(life) as [DraftEvent, DraftEvent];
  const without = ({ head, payload }: DraftEvent, member: 'fields' | 'created') => ({
    head,
    payload: { ...payload, [member]: undefined },
  });

  it.each([
    ['the first one without what it was created as', without(created, 'created'), undefined],
    ['the first one without its values', without(created, 'fields'), undefined],
    ['an edit without its values', without(edited, 'fields'), life.order],
  ])('is a fault: %s', (_, draft, before) => {
    const { orderId, version } = draft.head;
    expect(() => evolve(before, draft as DraftEvent, HASH, life.workflow.compiled)).toThrow(
      new TypeError(`the payload of ${orderId}:${version} is incomplete`),
    );
  });

  it('is a fault where it changes an order that there is not', () => {
    expect(() => evolve(undefined, edited, HASH, life.workflow.compiled)).toThrow(
      new TypeError(`version 2 of ${edited.head.orderId} has no order to change`),
    );
  });
});
