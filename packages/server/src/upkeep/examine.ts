import type { Standstill } from 'pawl';
import { Round, TOLD_MAX, Told } from './round.ts';
import type { UpkeepTools } from './tools.ts';

/** Milliseconds between two looks, spread by half of it either way so that nodes do not look together: some milliseconds of a reader each. */
const EXAMINE_EVERY_MS = 10_000;

/**
 * Looks at what is late, and at orders window by window, and hands what it sees to the metrics, until the signal. A failure is
 * logged and tried again later: the gauges then stay as they are, and their time stands still.
 */
export async function examine(
  { pawl, clock, random, log, metrics, tenantName }: UpkeepTools,
  signal: AbortSignal,
): Promise<void> {
  const standstills = new Round();
  const told = new Told(TOLD_MAX);

  function tell({ code, order: { tenant, id, workflow, status } }: Standstill): void {
    if (!told.isNew(id)) return;
    log.alert('an order stands still', { tenant: tenantName(tenant), order_id: id, code, workflow, status });
  }

  for (;;) {
    await clock.sleep(EXAMINE_EVERY_MS * (0.5 + random.fraction()), signal);
    if (signal.aborted) return;
    try {
      const look = await pawl.health.look();
      standstills.add(look.standstills.length);
      if (look.isLast) standstills.end();
      for (const standstill of look.standstills) tell(standstill);
      metrics.looked(look.examination, standstills.count, pawl.now());
    } catch (error) {
      log.fault('the database was not examined', error);
    }
  }
}
