import { runCommandLine } from './run.ts';

/** What a command has answered and said. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process, as from a program and not from a terminal. */
export async function runPawl(...args: readonly string[]): Promise<Ran> {
  const texts = { out: '', err: '' };
  const code = await runCommandLine(args, {
    out: (text) => {
      texts.out += text;
    },
    err: (text) => {
      texts.err += text;
    },
    interactive: false,
  });
  return { code, ...texts };
}
