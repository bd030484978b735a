import { loadDatabase } from '../config.ts';
import { EXIT_UNUSABLE, type Input, type Terminal } from './command.ts';

/** Does the work on the database file of `--database` or DATABASE_URL; says what is wrong if it cannot be used. */
export async function onDatabase(
  { options }: Input,
  terminal: Terminal,
  work: (path: string) => Promise<number>,
): Promise<number> {
  const database = loadDatabase(options['database'] as string | undefined, process.env, process.cwd());
  if (!database.ok || database.value.kind !== 'sqlite') {
    terminal.err(`${database.ok ? 'DATABASE_URL names no file' : database.detail}\n`);
    return EXIT_UNUSABLE;
  }
  const { path } = database.value;
  try {
    return await work(path);
  } catch (error) {
    terminal.err(`${path}: ${(error as Error).message}\n`);
    return EXIT_UNUSABLE;
  }
}
