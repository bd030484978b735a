import { httpRequest } from '../load/connection.ts';
import { withLines } from '../load/lines.ts';
import { closedLoop, type LoadResult, type Script } from '../load/loops.ts';
import { startProgram, withServer } from './processes.ts';

/** Unmeasured, so that the compiler has seen everything, seconds. */
const WARM_SECONDS = 2;

/** What a bare `node:http` server answers on this machine at this moment: the pace that other figures are compared with. */
export function measureCeiling(seconds: number): Promise<LoadResult> {
  const request = httpRequest('POST', '/orders/ord_01m7wktvjbe0frek5x2xg1gx4h/pay', '{}');
  const script: Script = { next: () => request, answered: (_, { status }) => status === 200 };
  return withServer(startProgram(new URL('./ceiling-server.ts', import.meta.url)), async ({ port }) => {
    await withLines(port, (lines) => closedLoop(lines, script, WARM_SECONDS));
    return withLines(port, (lines) => closedLoop(lines, script, seconds));
  });
}
