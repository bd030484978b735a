import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Bench, figure } from '../bench.ts';
import type { EmbeddedResult } from '../embedded/result.ts';
import { withDatabase } from '../stores/open.ts';

const PROGRAM = fileURLToPath(new URL('../embedded/program.ts', import.meta.url));

/** Steps of an engine inside a program, without HTTP, in a process of its own. */
export const embedded: Bench = {
  stores: ['sqlite', 'postgres'],
  run: ({ store, seconds }) =>
    withDatabase(store, async ({ url }) => {
      const { perSecond, refused } = await runProgram(url, seconds);
      return [figure('steps without HTTP', perSecond, '/s', `${refused} refused`)];
    }),
};

function runProgram(url: string, seconds: number): Promise<EmbeddedResult> {
  return new Promise((resolve, reject) => {
    const child = fork(PROGRAM, [url, String(seconds)]);
    let result: EmbeddedResult | undefined;
    child.once('message', (message) => {
      result = message as EmbeddedResult;
    });
    child.once('exit', (code) => {
      if (code === 0 && result !== undefined) resolve(result);
      else reject(new Error(`the embedding program ended with ${code}`));
    });
  });
}
