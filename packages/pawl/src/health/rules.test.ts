import { expect, it } from 'vitest';
import type { StoredDefinition } from '../ports/store.ts';
import { systemDigest } from '../ports/system.ts';
import { canonicalJson } from '../workflow/canonical-json.ts';
import { createRules } from './rules.ts';

const DEFINITION = { name: 'w', initial: 'A', states: { A: { on: { go: 'B' } }, B: { final: true } } };
const HASH = systemDigest(canonicalJson(DEFINITION));

function stored(content: string): StoredDefinition {
  return { number: 1, tenant: 0, name: 'w', version: 1, hash: HASH, content, deployedAt: 0 };
}

it('finds a definition by what it says, and not by the hash that is written beside it', async () => {
  const whole = createRules(async () => [stored(JSON.stringify(DEFINITION))], systemDigest);
  expect((await whole.byHash(HASH))?.name).toBe('w');
  const changed = JSON.stringify({ ...DEFINITION, initial: 'B' });
  for (const content of [changed, '{', '{"name":"w","initial":"A","states":{}}', 'null']) {
    const rules = createRules(async () => [stored(content)], systemDigest);
    expect(await rules.byHash(HASH), content).toBeUndefined();
  }
});

it('reads again for a hash that it does not know, once', async () => {
  let definitions: StoredDefinition[] = [];
  let reads = 0;
  const read = async () => {
    reads++;
    return definitions;
  };
  const rules = createRules(read, systemDigest);
  expect([await rules.byHash(HASH), await rules.byHash(HASH), reads]).toEqual([undefined, undefined, 1]);
  definitions = [stored(JSON.stringify(DEFINITION))];
  expect(await rules.byHash(HASH)).toBeUndefined();
  await rules.refresh();
  expect([(await rules.byHash(HASH))?.name, reads]).toEqual(['w', 2]);
  expect(rules.known.size).toBe(1);
});

it('looks again for what it did not find, after it has read again', async () => {
  let definitions: StoredDefinition[] = [];
  const rules = createRules(async () => definitions, systemDigest);
  expect(await rules.byHash(HASH)).toBeUndefined();
  await rules.refresh();
  definitions = [stored(JSON.stringify(DEFINITION))];
  expect((await rules.byHash(HASH))?.name).toBe('w');
});

it('forgets a definition that is there no more when it reads again', async () => {
  let definitions = [stored(JSON.stringify(DEFINITION))];
  const rules = createRules(async () => definitions, systemDigest);
  await rules.refresh();
  const first = rules.known.get(HASH);
  await rules.refresh();
  expect(rules.known.get(HASH)).toBe(first);
  definitions = [];
  await rules.refresh();
  expect(rules.known.size).toBe(0);
});
