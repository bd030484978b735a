import type { Command } from './command.ts';

/** The help of the program. */
export function helpText(version: string, commands: readonly Command[]): string {
  const calls = commands.map((command) => [usageOf(command), command.summary] as const);
  calls.push(['pawl --help, pawl --version', 'Show this text, or the version']);
  const width = Math.max(...calls.map(([call]) => call.length));
  return [
    `pawl ${version}: orders that only move forward`,
    '',
    ...calls.map(([call, summary]) => `  ${call.padEnd(width)}  ${summary}`),
    '',
    'pawl <command> --help tells more about a command.',
    '',
  ].join('\n');
}

/** The help of one command. */
export function commandHelpText(command: Command): string {
  return [`Usage: ${usageOf(command)}`, '', `${command.summary}.`, ...command.details, ''].join('\n');
}

export function usageOf({ name, synopsis }: Command): string {
  return `pawl ${name} ${synopsis}`.trimEnd();
}
