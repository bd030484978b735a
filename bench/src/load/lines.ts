import { Connection, type Line } from './connection.ts';

/** Callers at once: enough to fill two cores several times over. */
export const CONNECTIONS = 64;

/**
 * Opens the lines of a load, one a caller; with several ports each line goes from node to node, a request on each. They are
 * opened only when the load begins: a server closes connections on which nothing comes for long.
 */
export async function withLines<T>(
  ports: number | readonly number[],
  run: (lines: Line[]) => Promise<T>,
): Promise<T> {
  const nodes = typeof ports === 'number' ? [ports] : ports;
  const lines = await Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => lineTo(nodes, index)));
  try {
    return await run(lines);
  } finally {
    for (const line of lines) line.close();
  }
}

async function lineTo(nodes: readonly number[], index: number): Promise<Line> {
  const connections = await Promise.all(nodes.map((port) => Connection.open(port)));
  if (connections.length === 1) return connections[0] as Connection;
  // Half of the callers begin at the one node and half at the other.
  let next = index;
  return {
    send: (request, then) => connections[next++ % connections.length]?.send(request, then),
    close() {
      for (const connection of connections) connection.close();
    },
  };
}
