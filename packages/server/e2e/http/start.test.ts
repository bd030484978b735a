import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { startServer } from './harness.ts';

it('a start loads no validator or serializer but those that are used', async () => {
  await startServer();
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  expect(loaded.some((file) => file.includes('/fastify/'))).toBe(true);
  expect(loaded.filter((file) => /\/@fastify\/(ajv|fast-json-stringify)-compiler\//.test(file))).toEqual([]);
});
