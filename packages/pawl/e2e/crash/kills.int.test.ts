import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startGateway, startSagas } from './processes.ts';
import { expectAllRight } from './verdict.ts';

const KILLS = 20;
const ORDERS = 2_000;
/** Fewer than are wanted, so that some fail for want of stock. */
const PIECES = 1_000;
/** Short, so that what a killed process held is taken up again soon. */
const LEASE_MS = 1_000;

const dir = mkdtempSync(join(tmpdir(), 'pawl-kills-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('SIGKILL at random moments of 2,000 running sagas, twenty times: all end, money and stock are right (R3.03)', async () => {
  const database = join(dir, 'pawl.db');
  const ledger = join(dir, 'ledger.jsonl');
  const gateway = await startGateway(ledger, 'trouble');
  const options = {
    database,
    gateway: gateway.url,
    orders: ORDERS,
    pieces: PIECES,
    leaseMs: LEASE_MS,
    clients: 64,
  };
  let killed = 0;
  for (; killed < KILLS; killed++) {
    const { child, ended } = startSagas(options);
    // The start takes some 400 ms; then most of a run is caught at work.
    const timer = setTimeout(() => child.kill('SIGKILL'), 450 + Math.random() * 500);
    const { signal, code } = await ended;
    clearTimeout(timer);
    if (signal === null) {
      expect(code).toBe(0);
      break;
    }
  }
  const { code } = await startSagas(options).ended;
  expect(code).toBe(0);
  await gateway.stop();
  expect(killed, 'the sagas were over before they could be killed').toBe(KILLS);
  await expectAllRight(database, ledger, ORDERS, PIECES);
}, 300_000);
