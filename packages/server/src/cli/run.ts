import { parseArgs } from 'node:util';
import { VERSION } from '../version.ts';
import { type Command, EXIT_OK, EXIT_UNUSABLE, type Input, type Terminal } from './command.ts';
import { COMMANDS } from './commands.ts';
import { commandHelpText, helpText, usageOf } from './help.ts';

/** Runs what the arguments ask for; resolves with the exit code. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, place) => args[place] === word));
  if (command === undefined) return answerGeneral(args, terminal);
  const input = readInput(command, args.slice(command.name.split(' ').length));
  if (typeof input === 'string') {
    terminal.err(`${input}\nUsage: ${usageOf(command)}\n`);
    return EXIT_UNUSABLE;
  }
  if (input.options['help'] === true) {
    terminal.out(commandHelpText(command));
    return EXIT_OK;
  }
  const run = await command.load();
  return run(input, terminal);
}

/** The input, or what is wrong with it. */
function readInput(command: Command, args: readonly string[]): Input | string {
  try {
    const options = { ...command.options, help: { type: 'boolean', short: 'h' } as const };
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const fits = values['help'] === true || positionals.length === command.operands;
    if (!fits) {
      const count = command.operands;
      return `pawl ${command.name} takes ${count} ${count === 1 ? 'argument' : 'arguments'}, not ${positionals.length}.`;
    }
    return { operands: positionals, options: values };
  } catch (error) {
    // parseArgs words its refusals for the person who typed.
    return (error as Error).message;
  }
}

function answerGeneral([first, ...rest]: readonly string[], terminal: Terminal): number {
  const isAsked = rest.length === 0 && first !== undefined;
  if (isAsked && ['--version', '-v', 'version'].includes(first)) {
    terminal.out(`${VERSION}\n`);
    return EXIT_OK;
  }
  if (isAsked && ['--help', '-h', 'help'].includes(first)) {
    terminal.out(helpText(VERSION, COMMANDS));
    return EXIT_OK;
  }
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0 && rest.length === 1 && (rest[0] === '--help' || rest[0] === '-h')) {
    terminal.out(helpText(VERSION, group));
    return EXIT_OK;
  }
  if (first !== undefined) terminal.err(`There is no command "${[first, ...rest].join(' ')}".\n\n`);
  terminal.err(helpText(VERSION, COMMANDS));
  return EXIT_UNUSABLE;
}
