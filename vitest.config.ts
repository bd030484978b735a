import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What is in the cache is loaded without the compiler that strips types. That is WebAssembly, which each of the thousands of
// threads that the tests start would load; among so many, V8 ends the process now and then ("jit_page.has_value()").
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/tests', import.meta.url));

export default defineConfig({
  test: {
    include: ['{packages,examples,bench,campaign}/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The smallest machine that builds this has two cores, and the store tests each want one.
    maxWorkers: 2,
    passWithNoTests: false,
    // Only `--coverage` looks at this, and only at the pure core: the rest is judged by what it does to a real store or socket.
    coverage: {
      provider: 'v8',
      include: ['packages/pawl/src/{order,workflow}/**/*.ts'],
      thresholds: { 100: true },
      reporter: [['text', { skipFull: true }]],
    },
  },
});
