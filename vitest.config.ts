import { defineConfig } from 'vitest/config';

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
