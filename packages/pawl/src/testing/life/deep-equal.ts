import { canonicalJson } from '../../workflow/canonical-json.ts';

/** Whether two values are the same JSON. */
export function deepEqual(one: unknown, other: unknown): boolean {
  return other !== undefined && canonicalJson(one) === canonicalJson(other);
}
