import type { Answer, Line } from './connection.ts';
import { Latencies } from './latency.ts';

/** What a connection sends next, and what becomes of the answer. */
export interface Script {
  /** The next request, or undefined when this connection has nothing more to send. */
  next(connection: number): string | undefined;
  /** Returns whether the answer is what was wanted. */
  answered(connection: number, answer: Answer): boolean;
}

export interface LoadResult {
  readonly answers: number;
  /** How many answers were not what was wanted, by status. */
  readonly failed: ReadonlyMap<number, number>;
  readonly seconds: number;
  readonly perSecond: number;
  readonly latencies: Latencies;
}

/** Each connection sends as soon as it has its answer, for a time. */
export async function closedLoop(
  connections: readonly Line[],
  script: Script,
  seconds: number,
): Promise<LoadResult> {
  const latencies = new Latencies();
  const failed = new Map<number, number>();
  const began = performance.now();
  const until = began + seconds * 1000;
  await Promise.all(
    connections.map(
      (connection, index) =>
        new Promise<void>((resolve, reject) => {
          const step = (): void => {
            const sent = performance.now();
            const request = sent < until ? script.next(index) : undefined;
            if (request === undefined) {
              resolve();
              return;
            }
            connection.send(request, (answer) => {
              if (answer instanceof Error) {
                reject(answer);
                return;
              }
              latencies.add(performance.now() - sent);
              if (!script.answered(index, answer)) count(failed, answer.status);
              step();
            });
          };
          step();
        }),
    ),
  );
  return result(latencies, failed, performance.now() - began);
}

/**
 * Sends at a fixed rate whether or not answers come, over as many connections as are free; a latency counts from the moment
 * at which the request was due, so that a stall of the server is not hidden by the load waiting for it.
 */
export async function openLoop(
  connections: readonly Line[],
  script: Script,
  perSecond: number,
  seconds: number,
): Promise<LoadResult> {
  const latencies = new Latencies();
  const free = connections.map((_, index) => index);
  const due: number[] = [];
  const failed = new Map<number, number>();
  let outstanding = 0;
  const began = performance.now();
  const total = perSecond * seconds;
  let planned = 0;

  await new Promise<void>((resolve, reject) => {
    const pump = (): void => {
      const now = performance.now();
      while (planned < total && began + (planned * 1000) / perSecond <= now)
        due.push(began + (planned++ * 1000) / perSecond);
      while (due.length > 0 && free.length > 0) sendOne(due.shift() as number, free.shift() as number);
      // A timer instead of a spin: the load shares two cores with the server. It may add a millisecond to a latency.
      if (planned === total && due.length === 0 && outstanding === 0) resolve();
      else setTimeout(pump, 1);
    };
    const sendOne = (dueAt: number, index: number): void => {
      const request = script.next(index);
      if (request === undefined) {
        reject(new Error('the load ran out of requests'));
        return;
      }
      outstanding++;
      connections[index]?.send(request, (answer) => {
        outstanding--;
        if (answer instanceof Error) {
          reject(answer);
          return;
        }
        latencies.add(performance.now() - dueAt);
        if (!script.answered(index, answer)) count(failed, answer.status);
        free.push(index);
      });
    };
    pump();
  });
  return result(latencies, failed, performance.now() - began);
}

function count(failed: Map<number, number>, status: number): void {
  failed.set(status, (failed.get(status) ?? 0) + 1);
}

function result(latencies: Latencies, failed: ReadonlyMap<number, number>, ms: number): LoadResult {
  const seconds = ms / 1000;
  return { answers: latencies.count, failed, seconds, perSecond: latencies.count / seconds, latencies };
}
