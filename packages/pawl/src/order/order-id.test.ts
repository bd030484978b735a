import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOrderId, orderIdFromBytes, orderIdOf, orderIdTime, orderIdToBytes } from './order-id.ts';

const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
const ten = fc.uint8Array({ minLength: 10, maxLength: 10 });
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });

function bytesOf(uuid: string): Uint8Array {
  return Uint8Array.from(Buffer.from(uuid.replaceAll('-', ''), 'hex'));
}

// The valid examples of the TypeID specification, with our prefix.
test.each([
  ['00000000-0000-0000-0000-000000000000', 'ord_00000000000000000000000000'],
  ['00000000-0000-0000-0000-000000000001', 'ord_00000000000000000000000001'],
  ['00000000-0000-0000-0000-00000000000a', 'ord_0000000000000000000000000a'],
  ['00000000-0000-0000-0000-000000000010', 'ord_0000000000000000000000000g'],
  ['00000000-0000-0000-0000-000000000020', 'ord_00000000000000000000000010'],
  ['ffffffff-ffff-ffff-ffff-ffffffffffff', 'ord_7zzzzzzzzzzzzzzzzzzzzzzzzz'],
  ['0110c853-1d09-52d8-d73e-1194e95b5f19', 'ord_0123456789abcdefghjkmnpqrs'],
  ['01890a5d-ac96-774b-bcce-b302099a8057', 'ord_01h455vb4pex5vsknk084sn02q'],
])('encodes %s as %s', (uuid, id) => {
  expect(orderIdFromBytes(bytesOf(uuid))).toBe(id);
  expect(orderIdToBytes(id)).toEqual(bytesOf(uuid));
});

test.each([
  '',
  'ord_',
  '00000000000000000000000000',
  'abc_00000000000000000000000000',
  'ord_0000000000000000000000000',
  'ord_000000000000000000000000000',
  'ord_8zzzzzzzzzzzzzzzzzzzzzzzzz',
  'ord_0123456789ABCDEFGHJKMNPQRS',
  'ord_0123456789abcdefghijklmnop',
  'ord_0000000000000000000000000-',
  'ord_0000000000000000000000000é',
  'ord_0000000000000000000000000€',
])('refuses %j', (text) => {
  expect(isOrderId(text)).toBe(false);
  expect(() => orderIdToBytes(text)).toThrow(new RangeError(`not an order id: ${text}`));
});

test('gives back the bytes it was made of', () => {
  fc.assert(
    fc.property(sixteen, (bytes) => {
      expect(orderIdToBytes(orderIdFromBytes(bytes))).toEqual(bytes);
    }),
  );
});

test('sorts as its bytes do', () => {
  fc.assert(
    fc.property(sixteen, sixteen, (a, b) => {
      const text =
        orderIdFromBytes(a) < orderIdFromBytes(b) ? -1 : orderIdFromBytes(a) > orderIdFromBytes(b) ? 1 : 0;
      expect(text).toBe(Buffer.compare(a, b));
    }),
  );
});

test('is a UUIDv7 that tells its time', () => {
  fc.assert(
    fc.property(time, ten, (ms, randomness) => {
      const id = orderIdOf(ms, randomness);
      const bytes = orderIdToBytes(id);
      expect(isOrderId(id)).toBe(true);
      expect(orderIdTime(id)).toBe(ms);
      expect((bytes[6] as number) >> 4).toBe(7);
      expect((bytes[8] as number) >> 6).toBe(2);
      const [version = 0, , variant = 0] = randomness;
      const given = [0x70 | (version & 0x0f), randomness[1], 0x80 | (variant & 0x3f), ...randomness.slice(3)];
      expect([...bytes.slice(6)]).toEqual(given);
    }),
  );
});

test('takes every time of 48 bits', () => {
  expect(orderIdTime(orderIdOf(0, new Uint8Array(10)))).toBe(0);
  expect(orderIdTime(orderIdOf(2 ** 48 - 1, new Uint8Array(10)))).toBe(2 ** 48 - 1);
});

test.each([-1, 2 ** 48, 0.5])('refuses the time %d', (ms) => {
  expect(() => orderIdOf(ms, new Uint8Array(10))).toThrow(new RangeError(`not a time of an order id: ${ms}`));
});

test.each([9, 11])('refuses %d bytes of randomness', (length) => {
  expect(() => orderIdOf(0, new Uint8Array(length))).toThrow(
    new RangeError(`an order id takes 10 random bytes, not ${length}`),
  );
});

test.each([15, 17])('refuses %d bytes', (length) => {
  expect(() => orderIdFromBytes(new Uint8Array(length))).toThrow(
    new RangeError(`an order id has 16 bytes, not ${length}`),
  );
});
