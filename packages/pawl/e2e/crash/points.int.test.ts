import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startGateway, startSagas } from './processes.ts';
import { expectAllRight } from './verdict.ts';

/** One of each fate, and more than there are pieces. */
const ORDERS = 4;
const PIECES = 2;
const AT_ONCE = 3;

const dir = mkdtempSync(join(tmpdir(), 'pawl-points-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Runs to the crash point, starts again, and gives the points that were passed without a crash. */
async function run(crashAt: number): Promise<readonly string[]> {
  const [database, ledger] = [join(dir, `${crashAt}.db`), join(dir, `${crashAt}.jsonl`)];
  const gateway = await startGateway(ledger, 'none');
  const options = {
    database,
    gateway: gateway.url,
    orders: ORDERS,
    pieces: PIECES,
    leaseMs: 300,
    clients: 1,
    crashAt,
  };
  const first = await startSagas(options).ended;
  if (crashAt > 0) {
    expect(first.signal, `point ${crashAt} was reached`).toBe('SIGKILL');
    const second = await startSagas({ ...options, crashAt: 0 }).ended;
    expect(second.code).toBe(0);
  }
  await gateway.stop();
  await expectAllRight(database, ledger, ORDERS, PIECES);
  return first.points;
}

it('a crash before or after each commit and each effect, one by one: the next start ends all right', async () => {
  const points = await run(0);
  const names = new Set(points.map((point) => point.replace(/ of .*/, '')));
  expect([...names].sort()).toEqual(
    expect.arrayContaining([
      'after charge',
      'after commit',
      'after refund',
      'before charge',
      'before commit',
      'before refund',
    ]),
  );
  let next = 1;
  const failures: string[] = [];
  const worker = async (): Promise<void> => {
    // How many points there are may differ by a few: claims and retries depend on time.
    for (let at = next++; at <= points.length - 2; at = next++) {
      await run(at).catch((error: unknown) => failures.push(`${points[at - 1]} (${at}): ${String(error)}`));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(failures).toEqual([]);
}, 300_000);
