import type { AuditStep, Damage } from 'pawl';
import { Round, TOLD_MAX, Told } from './round.ts';
import type { UpkeepTools } from './tools.ts';

/**
 * Milliseconds between two steps of less than a millisecond: fewer than one command in a hundred arrives during a step, so
 * that their 99th percentile stays what it is. A million orders take nine hours.
 */
const STEP_PAUSE_MS = 100;
/** Milliseconds until the next try while many commands wait. */
const BUSY_PAUSE_MS = 1_000;
/** Milliseconds from the beginning of one round to that of the next, spread by half of it either way. A large database takes longer. */
const ROUND_EVERY_MS = 600_000;
/** Milliseconds after a failure: whatever keeps the database from answering is not helped by more questions. */
const FAILURE_PAUSE_MS = 60_000;

/**
 * Verifies all orders and SKUs, a few at a time, round and round until the signal. Damage is logged when it is found first, and
 * counted for as long as a round finds it.
 */
export async function audit(tools: UpkeepTools, signal: AbortSignal): Promise<void> {
  const { clock, random, log } = tools;
  const rounds = new Rounds(tools);
  while (!signal.aborted) {
    const began = clock.monotonic();
    try {
      await walk(tools, rounds, signal);
      const wait = ROUND_EVERY_MS * (0.5 + random.fraction()) - (clock.monotonic() - began);
      await clock.sleep(Math.max(STEP_PAUSE_MS, wait), signal);
    } catch (error) {
      rounds.breakOff();
      log.fault('the audit was broken off', error);
      await clock.sleep(FAILURE_PAUSE_MS, signal);
    }
  }
}

/** One round, from the first order to the last. */
async function walk({ pawl, clock }: UpkeepTools, rounds: Rounds, signal: AbortSignal): Promise<void> {
  for (let isLast = false; !isLast && !signal.aborted; ) {
    const step = await pawl.health.audit();
    rounds.take(step);
    isLast = step.isLast;
    await clock.sleep(step.isBusy ? BUSY_PAUSE_MS : STEP_PAUSE_MS, signal);
  }
}

/** Counts and tells what the steps find. */
class Rounds {
  readonly #tools: UpkeepTools;
  readonly #orders = new Round();
  readonly #skus = new Round();
  readonly #told = new Told(TOLD_MAX);

  constructor(tools: UpkeepTools) {
    this.#tools = tools;
  }

  take(step: AuditStep): void {
    for (const damage of step.damage) {
      (damage.kind === 'order' ? this.#orders : this.#skus).add(1);
      this.#tell(damage);
    }
    if (step.isLast) {
      this.#orders.end();
      this.#skus.end();
    }
    this.#tools.metrics.audited(step, { orders: this.#orders.count, skus: this.#skus.count });
  }

  breakOff(): void {
    this.#orders.breakOff();
    this.#skus.breakOff();
  }

  #tell({ kind, tenant, id, faults }: Damage): void {
    if (!this.#told.isNew(`${kind} ${tenant} ${id}`)) return;
    const { log, tenantName } = this.#tools;
    const [message, subject] =
      kind === 'order'
        ? ['an order is damaged', { order_id: id }]
        : ['the stock of a SKU is damaged', { sku: id }];
    log.alert(message, { tenant: tenantName(tenant), ...subject, faults });
  }
}
