import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Gateway, startGateway, startSagas } from './processes.ts';
import { runSagas } from './sagas.ts';
import { expectAllRight } from './verdict.ts';

/** One of each fate, and more than there are pieces. */
const ORDERS = 4;
const PIECES = 2;
const LEASE_MS = 300;
const AT_ONCE = 2;

const dir = mkdtempSync(join(tmpdir(), 'pawl-points-'));
const ledger = join(dir, 'ledger.jsonl');
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway(ledger, 'none');
});
afterAll(async () => {
  await gateway.stop();
  rmSync(dir, { recursive: true, force: true });
});

const optionsOf = (point: number) => ({
  database: join(dir, `${point}.db`),
  gateway: gateway.url,
  orders: ORDERS,
  pieces: PIECES,
  leaseMs: LEASE_MS,
  clients: 1,
});

/** The names of all points, in the order in which a run without a crash passes them. */
async function pointsOfARun(): Promise<readonly string[]> {
  const points: string[] = [];
  await runSagas(optionsOf(0), async (name, call) => {
    points.push(`before ${name}`);
    const answer = await call();
    points.push(`after ${name}`);
    return answer;
  });
  await expectAllRight(optionsOf(0).database, ledger, ORDERS, PIECES);
  return points;
}

/** Gives whether the run came to that point: how many there are depends on time, such as on what shares a commit. */
async function crashAt(point: number): Promise<boolean> {
  const { signal, code } = await startSagas(optionsOf(point), point).ended;
  expect({ signal, code }).toEqual(signal === null ? { signal, code: 0 } : { signal: 'SIGKILL', code: null });
  await runSagas(optionsOf(point), (_, call) => call());
  await expectAllRight(optionsOf(point).database, ledger, ORDERS, PIECES);
  return signal !== null;
}

it('a crash before or after each commit and each effect, one by one: the next start ends all right', async () => {
  const points = await pointsOfARun();
  const kinds = new Set(points.map((point) => point.replace(/ of .*/, '')));
  const wanted = ['charge', 'commit', 'refund'].flatMap((name) => [`after ${name}`, `before ${name}`]);
  expect([...kinds]).toEqual(expect.arrayContaining(wanted));
  const failures: string[] = [];
  let next = 1;
  let crashes = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at <= points.length; at = next++) {
      const hasCrashed = await crashAt(at).catch((error: unknown) => {
        failures.push(`${at}, ${points[at - 1]}: ${String(error)}`);
        return false;
      });
      if (hasCrashed) crashes++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(failures).toEqual([]);
  expect(crashes).toBeGreaterThan(points.length * 0.75);
}, 300_000);
