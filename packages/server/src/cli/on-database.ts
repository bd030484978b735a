import { databaseName, type SharedDatabase } from '../config/database-url.ts';
import { loadDatabase } from '../config.ts';
import { EXIT_UNUSABLE, type Input, type Terminal } from './command.ts';

/** Why there is nothing to work on. */
const IN_MEMORY =
  'memory: is kept by one process, and no other can read it. Name a database with --database sqlite:<path> or --database postgres://…';

/** Does the work on the database of `--database` or DATABASE_URL; says what is wrong if it cannot be used. */
export async function onDatabase(
  { options }: Input,
  terminal: Terminal,
  work: (database: SharedDatabase) => Promise<number>,
): Promise<number> {
  const loaded = loadDatabase(options['database'] as string | undefined, process.env, process.cwd());
  if (!loaded.ok || loaded.value.kind === 'memory') {
    terminal.err(`${loaded.ok ? IN_MEMORY : loaded.detail}\n`);
    return EXIT_UNUSABLE;
  }
  const database = loaded.value;
  try {
    return await work(database);
  } catch (error) {
    terminal.err(`${databaseName(database)}: ${(error as Error).message}\n`);
    return EXIT_UNUSABLE;
  }
}
