import { describe, expect, it } from 'vitest';
import { OBJECT_BYTES_MAX, OBJECT_LEVELS_MAX, sizeFault } from './metadata.ts';
import type { JsonObject } from './order.ts';

/** `{"a":{"a":…}}`: the innermost object is empty. */
function nested(levels: number): JsonObject {
  let object: JsonObject = {};
  for (let level = 1; level < levels; level++) object = { a: object };
  return object;
}

describe('a free object', () => {
  it('may have as many bytes of JSON as the limit says, and not one more', () => {
    const around = '{"a":""}'.length;
    expect(sizeFault({ a: 'x'.repeat(OBJECT_BYTES_MAX - around) })).toBeNull();
    expect(sizeFault({ a: 'x'.repeat(OBJECT_BYTES_MAX - around + 1) })).toBe(
      'must not have more than 16384 bytes',
    );
  });

  it('is measured in bytes, not in characters', () => {
    expect(sizeFault({ a: 'é'.repeat(OBJECT_BYTES_MAX / 2) })).toBe('must not have more than 16384 bytes');
  });

  it('may be nested as deeply as the limit says, lists counted, and not one level more', () => {
    expect(sizeFault(nested(OBJECT_LEVELS_MAX))).toBeNull();
    expect(sizeFault(nested(OBJECT_LEVELS_MAX + 1))).toBe('must not be nested deeper than 8 levels');
    expect(sizeFault({ list: [nested(OBJECT_LEVELS_MAX - 2)] })).toBeNull();
    expect(sizeFault({ list: [nested(OBJECT_LEVELS_MAX - 1)] })).toBe(
      'must not be nested deeper than 8 levels',
    );
    expect(sizeFault({ flat: 1, deep: nested(OBJECT_LEVELS_MAX), last: null })).toBe(
      'must not be nested deeper than 8 levels',
    );
  });

  it('may say of a member that it is nothing', () => {
    expect(sizeFault({ a: null, b: [null] })).toBeNull();
  });

  it('that is far too deep is refused without being written out', () => {
    expect(sizeFault(nested(100_000))).toBe('must not be nested deeper than 8 levels');
  });
});
