/**
 * Order ids: a TypeID (specification 0.3) of a UUIDv7 outside, `ord_` and 26 characters, and the UUID's 16 bytes inside.
 * Both forms sort alike, by the millisecond of creation.
 */
const PREFIX = 'ord_';
const TEXT_LENGTH = 30;
const BYTE_LENGTH = 16;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const MS_MAX = 2 ** 48 - 1;

const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const PREFIX_CODES: readonly number[] = Array.from(PREFIX, (character) => character.charCodeAt(0));
const INVALID = 0xff;
const VALUES = new Uint8Array(128).fill(INVALID);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** The 16 bytes of an order id. @throws RangeError if the text is no order id. */
export function orderIdToBytes(id: string): Uint8Array {
  if (!isOrderId(id)) throw new RangeError(`not an order id: ${id}`);
  const bytes = new Uint8Array(BYTE_LENGTH);
  // The first character has three significant bits, so that the first two are exactly one byte.
  bytes[0] = (valueAt(id, 4) << 5) | valueAt(id, 5);
  for (let from = 6, to = 1; to < BYTE_LENGTH; from += 8, to += 5) decodeFive(id, from, bytes, to);
  return bytes;
}

/** The order id of 16 bytes. @throws RangeError if there are not 16. */
export function orderIdFromBytes(bytes: Uint8Array): string {
  if (bytes.length !== BYTE_LENGTH) throw new RangeError(`an order id has 16 bytes, not ${bytes.length}`);
  const first = byteAt(bytes, 0);
  const codes = [...PREFIX_CODES, codeOf(first >> 5), codeOf(first)];
  // 40 bits at a time are five whole bytes and eight whole characters.
  for (let from = 1; from < BYTE_LENGTH; from += 5) encodeFive(bytes, from, codes);
  // At once: a text that is put together keeps its pieces, three times its own size, as long as it lives.
  return String.fromCharCode(...codes);
}

/** Whether a text has the form of an order id, in the one spelling that is canonical. */
export function isOrderId(text: string): boolean {
  if (text.length !== TEXT_LENGTH || !text.startsWith(PREFIX) || text.charCodeAt(4) > 0x37) return false;
  for (let at = PREFIX.length; at < TEXT_LENGTH; at++) {
    // Beyond the table a lookup is undefined, which is not below 32 either.
    if (!((VALUES[text.charCodeAt(at)] ?? INVALID) < 32)) return false;
  }
  return true;
}

/** When the order was created, milliseconds since the epoch. @throws RangeError if the text is no order id. */
export function orderIdTime(id: string): number {
  const bytes = orderIdToBytes(id);
  let ms = 0;
  for (let at = 0; at < 6; at++) ms = ms * 256 + byteAt(bytes, at);
  return ms;
}

/**
 * The order id of a millisecond and 10 random bytes (RFC 9562, UUIDv7: six bits of them give way to version and variant).
 * Ids of one millisecond sort by these bytes. @throws RangeError for a time outside 48 bits or another number of bytes.
 */
export function orderIdOf(ms: number, randomness: Uint8Array): string {
  if (!Number.isInteger(ms) || ms < 0 || ms > MS_MAX)
    throw new RangeError(`not a time of an order id: ${ms}`);
  if (randomness.length !== 10)
    throw new RangeError(`an order id takes 10 random bytes, not ${randomness.length}`);
  const bytes = new Uint8Array(BYTE_LENGTH);
  for (let at = 5, rest = ms; at >= 0; at--, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
  bytes.set(randomness, 6);
  bytes[6] = 0x70 | (byteAt(bytes, 6) & 0x0f);
  bytes[8] = 0x80 | (byteAt(bytes, 8) & 0x3f);
  return orderIdFromBytes(bytes);
}

/** Eight characters into five bytes. */
function decodeFive(id: string, from: number, bytes: Uint8Array, to: number): void {
  const high =
    (valueAt(id, from) << 15) |
    (valueAt(id, from + 1) << 10) |
    (valueAt(id, from + 2) << 5) |
    valueAt(id, from + 3);
  const low =
    (valueAt(id, from + 4) << 15) |
    (valueAt(id, from + 5) << 10) |
    (valueAt(id, from + 6) << 5) |
    valueAt(id, from + 7);
  bytes[to] = high >> 12;
  bytes[to + 1] = high >> 4;
  bytes[to + 2] = ((high & 15) << 4) | (low >> 16);
  bytes[to + 3] = low >> 8;
  bytes[to + 4] = low;
}

/** Five bytes into eight characters. */
function encodeFive(bytes: Uint8Array, from: number, codes: number[]): void {
  const high = (byteAt(bytes, from) << 12) | (byteAt(bytes, from + 1) << 4) | (byteAt(bytes, from + 2) >> 4);
  const low =
    ((byteAt(bytes, from + 2) & 15) << 16) | (byteAt(bytes, from + 3) << 8) | byteAt(bytes, from + 4);
  codes.push(codeOf(high >> 15), codeOf(high >> 10), codeOf(high >> 5), codeOf(high));
  codes.push(codeOf(low >> 15), codeOf(low >> 10), codeOf(low >> 5), codeOf(low));
}

/** The character of the lowest five bits. */
function codeOf(bits: number): number {
  return CODES[bits & 31] as number;
}

function valueAt(id: string, at: number): number {
  return VALUES[id.charCodeAt(at)] as number;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}
