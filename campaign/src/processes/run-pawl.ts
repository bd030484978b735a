import { once } from 'node:events';
import { type Processes, programAt } from './processes.ts';

const MAIN = programAt('packages/server/src/main.js');

/** Runs a command of `pawl` to its end; gives its exit code and all that it has said. */
export async function runPawl(
  processes: Processes,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = processes.start(MAIN, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  await once(child, 'close');
  return { code: child.exitCode, said: said.trim() };
}
