import { createClient } from '@pawl/client';
import { type Account, drawAccount } from './account.ts';
import { refuseUnloadable } from './judge.ts';
import { loadOrders } from './loader.ts';
import type { StartProgress } from './progress.ts';
import { readBack } from './read-back.ts';
import { type Files, lengthOf, stageFiles } from './stage.ts';
import { Staging } from './staging.ts';
import { ensureWorkflow } from './workflow.ts';

export interface RunOptions {
  readonly files: Files;
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** Of the times in the files, such as `-03:00`. */
  readonly utcOffset: string;
  readonly startProgress: StartProgress;
}

/** Reads the files, loads their orders and says what became of every row. Memory does not grow with the files. */
export async function run({ files, url, apiKey, utcOffset, startProgress }: RunOptions): Promise<Account> {
  const pawl = createClient({ baseUrl: url, apiKey });
  const staging = new Staging();
  try {
    await ensureWorkflow(pawl);
    const reading = await shown(startProgress, 'reading ', await lengthOf(files), (progress) =>
      stageFiles(files, utcOffset, staging, progress),
    );
    refuseUnloadable(staging, new Date().toISOString());
    const loadable = staging.count('orders WHERE refusal IS NULL');
    const troubles = await shown(startProgress, 'loading ', loadable, (progress) =>
      loadOrders(pawl, staging, progress),
    );
    await shown(startProgress, 'checking', loadable, (progress) => readBack(pawl, staging, progress));
    return drawAccount(staging, reading, troubles);
  } finally {
    staging.close();
  }
}

async function shown<T>(
  startProgress: StartProgress,
  what: string,
  total: number,
  work: (progress: Awaited<ReturnType<StartProgress>>) => Promise<T>,
): Promise<T> {
  const progress = await startProgress(what, total);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}
