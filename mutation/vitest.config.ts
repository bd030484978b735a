import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import root from '../vitest.config.ts';

/** What an example shows need not be drawn by chance first: the slow tests are those that nothing else has killed a mutant before. */
class ExamplesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const drawn = ({ moduleId }: TestSpecification) =>
      readFileSync(moduleId, 'utf8').includes("'fast-check'");
    return [...files.filter((file) => !drawn(file)), ...files.filter(drawn)];
  }
}

/** The tests of the core alone: what a mutant changes must show there, and not first in a store or a server. */
export default defineConfig({
  ...root,
  test: {
    ...root.test,
    include: ['packages/pawl/src/{order,workflow}/**/*.test.ts'],
    // A worker for each file would take longer than most files do. No test of the core changes what another looks at.
    isolate: false,
    sequence: { sequencer: ExamplesFirst },
  },
});
