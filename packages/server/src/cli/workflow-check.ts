import type { Finding } from 'pawl';
import { findingText, readWorkflowFile, type WorkflowFile } from '../workflow-files.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_UNUSABLE, type Run, type Terminal } from './command.ts';

/** `pawl workflow check <file>` */
export const checkWorkflow: Run = async ({ operands: [path = ''] }, terminal) => {
  const file = readOrTell(path, terminal);
  if (file === undefined) return EXIT_UNUSABLE;
  for (const finding of file.findings) terminal.out(`${findingText(path, finding)}\n`);
  terminal.out(`${verdictOf(file)}\n`);
  return file.definition === undefined ? EXIT_FAILED : EXIT_OK;
};

/** The file, or undefined after it was said why it cannot be read. */
export function readOrTell(path: string, terminal: Terminal): WorkflowFile | undefined {
  try {
    return readWorkflowFile(path);
  } catch (error) {
    terminal.err(`${path} cannot be read: ${(error as Error).message}\n`);
    return undefined;
  }
}

function verdictOf({ path, definition, findings }: WorkflowFile): string {
  const counted = `${count(findings, 'error')}, ${count(findings, 'warning')}`;
  if (definition === undefined) return `${path} cannot be deployed: ${counted}`;
  const states = Object.keys(definition.states).length;
  return `${path} can be deployed: workflow ${definition.name}, ${states} states, ${counted}`;
}

function count(findings: readonly Finding[], severity: Finding['severity']): string {
  const number = findings.filter((finding) => finding.severity === severity).length;
  return `${number} ${severity}${number === 1 ? '' : 's'}`;
}
