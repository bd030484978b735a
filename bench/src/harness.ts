import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from './connection.ts';
import type { LoadResult } from './load.ts';
import { type ServerProcess, startPawl } from './server-process.ts';

export const CONNECTIONS = 64;

export interface BenchOptions {
  /** Length of each measured load. */
  readonly seconds: number;
  /** Orders in the large file. */
  readonly orders: number;
}

/** One measured figure, ready for the report. */
export interface Figure {
  readonly bench: string;
  readonly value: number;
  readonly unit: string;
  readonly note: string;
}

export type Bench = (options: BenchOptions) => Promise<Figure[]>;

/** Runs a server on a database of its own. */
export async function withPawl<T>(run: (server: ServerProcess, dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'pawl-bench-'));
  const server = await startPawl(join(dir, 'pawl.db'), join(dir, 'pawl.log'));
  try {
    return await run(server, dir);
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Opened only when the load begins: the server closes connections on which nothing comes for long. */
export async function withConnections<T>(
  port: number,
  run: (connections: Connection[]) => Promise<T>,
): Promise<T> {
  const connections = await connect(port);
  try {
    return await run(connections);
  } finally {
    for (const connection of connections) connection.close();
  }
}

function connect(port: number): Promise<Connection[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(port)));
}

/** The 99th percentile of a load's latencies, in milliseconds. */
export function ms({ latencies }: LoadResult): string {
  return latencies.quantile(0.99).toFixed(1);
}

export function figure(bench: string, value: number, unit: string, note = ''): Figure {
  return { bench, value, unit, note };
}
