import { expect, test } from 'vitest';
import { generateTypes, readTypes } from '../scripts/openapi-types.ts';

test('the types that are checked in are those of the server’s document', async () => {
  // If this fails: npm run generate -w @pawl/client
  expect(await generateTypes()).toBe(await readTypes());
}, 60_000);
