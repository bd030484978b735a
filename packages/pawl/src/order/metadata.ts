import { canonicalJson } from '../workflow/canonical-json.ts';
import type { JsonObject, JsonValue } from './order.ts';

/** Bytes of JSON text that the metadata of an order, or the data of an event, may have: each edit copies it into the trail. */
export const OBJECT_BYTES_MAX = 16_384;
/** Levels of nesting that it may have. */
export const OBJECT_LEVELS_MAX = 8;

/** What is wrong with the size of a free object, or null. */
export function sizeFault(object: JsonObject): string | null {
  if (isDeeper(object, OBJECT_LEVELS_MAX))
    return `must not be nested deeper than ${OBJECT_LEVELS_MAX} levels`;
  // Judged after the depth, which bounds the recursion.
  const bytes = new TextEncoder().encode(canonicalJson(object)).length;
  return bytes > OBJECT_BYTES_MAX ? `must not have more than ${OBJECT_BYTES_MAX} bytes` : null;
}

function isDeeper(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}
