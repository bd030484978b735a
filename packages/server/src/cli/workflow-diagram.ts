import { toMermaid } from 'pawl';
import { findingText } from '../workflow-files.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_UNUSABLE, type Run } from './command.ts';
import { readOrTell } from './workflow-check.ts';

/** `pawl workflow diagram <file>` */
export const drawWorkflow: Run = async ({ operands: [path = ''] }, terminal) => {
  const file = readOrTell(path, terminal);
  if (file === undefined) return EXIT_UNUSABLE;
  if (file.definition === undefined) {
    for (const finding of file.findings) terminal.err(`${findingText(path, finding)}\n`);
    return EXIT_FAILED;
  }
  terminal.out(`${toMermaid(file.definition).trimEnd()}\n`);
  return EXIT_OK;
};
