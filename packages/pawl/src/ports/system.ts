import { hash, randomBytes, randomFillSync } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Digest } from '../order/digest.ts';
import { orderIdOf } from '../order/order-id.ts';
import type { Clock } from './clock.ts';
import type { Ids, Random } from './random.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    delay(ms, undefined, signal === undefined ? undefined : { signal }).catch(() => undefined),
};

/** Bytes drawn from the operating system at once: one call for a few hundred salts instead of one each. */
const POOL_BYTES = 8_192;

/** The operating system's randomness. */
export function createSystemRandom(): Random {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    hex(size) {
      if (size > POOL_BYTES) return randomBytes(size).toString('hex');
      if (used + size > POOL_BYTES) {
        randomFillSync(pool);
        used = 0;
      }
      used += size;
      return pool.toString('hex', used - size, used);
    },
    fraction: () => Math.random(),
  };
}

export const systemDigest: Digest = (text) => hash('sha256', text, 'hex');

/** Ids of one millisecond are counted in 12 bits (RFC 9562, method 1), so that they sort as they were made. */
const COUNTER_MAX = 0xfff;

/** How far a clock may step back and ids still go on from the newest one; further, the clock was wrong before. */
const STEP_BACK_MS_MAX = 10_000;

/** UUIDv7 ids. Where the clock steps back a little, or a millisecond is used up, they go on from the newest one. */
export function createIds(random: Random): Ids {
  let lastMs = -1;
  let counter = 0;
  return {
    orderId(at) {
      if (at > lastMs || at < lastMs - STEP_BACK_MS_MAX) {
        lastMs = at;
        counter = 0;
      } else if (++counter > COUNTER_MAX) {
        lastMs++;
        counter = 0;
      }
      const randomness = Buffer.from(`0000${random.hex(8)}`, 'hex');
      randomness.writeUInt16BE(counter, 0);
      return orderIdOf(lastMs, randomness);
    },
    commandId: () => random.hex(12),
  };
}
