// What is mutated, by which tests that must show, and how long they may take. Results: docs/RELIABILITY.md.
export default {
  mutate: ['packages/pawl/src/{order,workflow}/**/*.ts', '!**/*.test.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'mutation/vitest.config.ts' },
  // Only the tests that come to a mutant are run on it, and of those none after the first that fails.
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Beyond the time that the tests take without a mutant: long enough that a busy machine does not pass for an endless loop.
  timeoutMS: 20_000,
  // Not the copy's own: two roots of one tool in a tree would stop it, and the core needs nothing of the rest.
  ignorePatterns: [
    '/biome.json',
    '/bench',
    '/campaign',
    '/examples',
    '/packages/client',
    '/packages/local-postgres',
    '/packages/server',
    '/packages/pawl/e2e',
  ],
  // Rewriting paths in tsconfig.json takes an API that TypeScript 7 does not have. Nothing in the copy reads that file.
  tsconfigFile: 'none',
  // Only what has changed since is tried again. The file is not committed: it is as large as all tests and mutants together.
  incremental: true,
  incrementalFile: 'mutation/reports/incremental.json',
  tempDirName: 'mutation/.sandbox',
  reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  htmlReporter: { fileName: 'mutation/reports/mutation.html' },
  jsonReporter: { fileName: 'mutation/reports/mutation.json' },
  thresholds: { high: 95, low: 90, break: 85 },
};
