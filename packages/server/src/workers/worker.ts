import cluster from 'node:cluster';
import type { FromWorker, ToWorker } from './messages.ts';

/** The way from a worker to the process that has started it; undefined in a process that nobody supervises. */
export interface Supervisor {
  /** This process takes requests. */
  ready(address: string): void;
  /** Resolves with the reason when this process is told to end: by word, or because there is nobody any more to tell it. */
  readonly told: Promise<string>;
}

export function supervisorOf(): Supervisor | undefined {
  const { worker } = cluster;
  if (worker === undefined) return undefined;
  const told = Promise.withResolvers<string>();
  worker.on('message', ({ kind, signal }: ToWorker) => {
    if (kind === 'drain') told.resolve(signal);
  });
  worker.on('disconnect', () => {
    // Without it the process would end here and now, with requests in flight.
    worker.exitedAfterDisconnect = true;
    told.resolve('the end of its supervisor');
  });
  return {
    ready: (address) => worker.send({ kind: 'ready', address } satisfies FromWorker),
    told: told.promise,
  };
}
