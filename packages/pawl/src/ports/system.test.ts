import { describe, expect, it } from 'vitest';
import { isOrderId, orderIdTime } from '../order/order-id.ts';
import { createIds, createSystemRandom } from './system.ts';

const START = 1_800_000_000_000;
const ids = () => createIds(createSystemRandom());

describe('ids of the system', () => {
  it('ascend and differ, also when thousands are made in a millisecond', () => {
    const { orderId } = ids();
    const made = Array.from({ length: 10_000 }, () => orderId(START));
    expect(made.every(isOrderId)).toBe(true);
    expect(made).toEqual([...new Set(made)].sort());
    expect(orderIdTime(made[0] ?? '')).toBe(START);
    expect(orderIdTime(made.at(-1) ?? '')).toBe(START + 2);
  });

  it('go on from the newest when the clock steps back a little, and follow it when it was wrong', () => {
    const { orderId } = ids();
    const first = orderId(START);
    const next = orderId(START - 5_000);
    expect(next > first).toBe(true);
    expect(orderIdTime(next)).toBe(START);
    expect(orderIdTime(orderId(START - 60_000))).toBe(START - 60_000);
  });
});

describe('randomness of the system', () => {
  it('gives as many bytes as asked for, and others each time', () => {
    const random = createSystemRandom();
    const drawn = Array.from({ length: 2_000 }, () => random.hex(16));
    expect(new Set(drawn).size).toBe(2_000);
    expect(drawn.every((text) => /^[0-9a-f]{32}$/.test(text))).toBe(true);
    expect(random.hex(10_000)).toHaveLength(20_000);
  });
});
