import { expect, it } from 'vitest';
import { mergePatch } from './merge-patch.ts';
import type { JsonObject } from './order.ts';

it.each<[JsonObject, JsonObject, JsonObject]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  [{ a: { b: 1, c: { d: 2 } } }, { a: { c: { e: 3 } } }, { a: { b: 1, c: { d: 2, e: 3 } } }],
  [{ a: 'b' }, { a: { b: 1 } }, { a: { b: 1 } }],
  [{ a: null }, { a: { b: 1 } }, { a: { b: 1 } }],
  [{ a: ['b'] }, { a: { b: 1 } }, { a: { b: 1 } }],
])('merges %j with %j as RFC 7396 says', (target, patch, merged) => {
  expect(mergePatch(target, patch)).toEqual(merged);
});

it('takes a member named __proto__ for data', () => {
  const patch = JSON.parse('{"__proto__": {"polluted": true}}') as JsonObject;
  const merged = mergePatch({}, patch);
  expect(Object.keys(merged)).toEqual(['__proto__']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
