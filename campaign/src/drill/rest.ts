import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from 'pawl/testing';
import { type Findings, finding } from '../findings.ts';
import type { Callers } from './callers.ts';
import { retryDead } from './load/operator.ts';
import { TIMER_STATE } from './workflow.ts';

/** Milliseconds between two looks whether anything is under way. */
const LOOK_MS = 100;
/** Looks at which nothing is under way, before nothing is: a commit may have been between two of them. */
const QUIET_LOOKS = 3;
/** Rounds in which operators have dead tasks tried again. */
const ROUNDS = 3;

/**
 * Waits until all orders have come to rest by themselves, and the dead tasks with an operator's help. Says what has not within
 * that time.
 */
export async function comeToRest(
  callers: Callers,
  chance: Chance,
  findings: Findings,
  untilMs: number,
): Promise<void> {
  for (let round = 0; ; round++) {
    if (!(await isQuiet(callers, chance, untilMs))) {
      const open = await Promise.all(OPEN.map((path) => callers.ask({ method: 'GET', path }, chance)));
      const shown = JSON.stringify(open.map((page) => page?.body['data'] ?? 'no answer'));
      findings.add(finding('order-stuck', `it has not come to rest: ${shown.slice(0, 2_000)}`));
      return;
    }
    const dead = await retryDead('operator', chance, callers);
    if (dead === 0) return;
    if (round === ROUNDS) {
      const detail = `${dead} tasks are dead again, although nothing goes wrong any more`;
      findings.add(finding('order-stuck', detail));
      return;
    }
  }
}

/** Tasks that somebody carries out or will, and orders that a timer will move. */
const OPEN = [
  '/tasks?status=ready&limit=1',
  '/tasks?status=running&limit=1',
  '/tasks?status=waiting&limit=1',
  `/orders?status=${TIMER_STATE}&limit=1`,
];

async function isQuiet(callers: Callers, chance: Chance, untilMs: number): Promise<boolean> {
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    if (performance.now() > untilMs) return false;
    quiet = (await isNothingOpen(callers, chance)) ? quiet + 1 : 0;
    await sleep(LOOK_MS);
  }
  return true;
}

async function isNothingOpen(callers: Callers, chance: Chance): Promise<boolean> {
  for (const path of OPEN) {
    const page = await callers.ask({ method: 'GET', path }, chance);
    if (page === null || (page.body['data'] as readonly unknown[]).length > 0) return false;
  }
  return true;
}
