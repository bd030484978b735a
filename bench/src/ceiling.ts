import { httpRequest } from './connection.ts';
import { withConnections } from './harness.ts';
import { closedLoop, type LoadResult, type Script } from './load.ts';
import { startCeiling } from './server-process.ts';

/** What a bare `node:http` server answers on this machine at this moment: the pace that other figures are compared with. */
export async function measureCeiling(seconds: number): Promise<LoadResult> {
  const server = await startCeiling();
  const { port } = server;
  const request = httpRequest('POST', '/orders/ord_01m7wktvjbe0frek5x2xg1gx4h/pay', '{}');
  const script: Script = { next: () => request, answered: (_, { status }) => status === 200 };
  await withConnections(port, (connections) => closedLoop(connections, script, 2));
  const load = await withConnections(port, (connections) => closedLoop(connections, script, seconds));
  await server.stop();
  return load;
}
