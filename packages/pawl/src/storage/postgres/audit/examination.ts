import type { StoreExamination } from '../../../ports/audit.ts';
import { systemClock } from '../../../ports/system.ts';
import { ServerClock } from '../connection/server-clock.ts';
import { SmallNumbers } from '../connection/small-numbers.ts';
import { examine } from '../reader/examination/examine.ts';
import { LiveOrders } from '../reader/live-orders.ts';
import { definitionsAfter } from '../writer/registry.ts';
import { openForAudit, type PostgresAuditOptions } from './open.ts';

/**
 * Opens a database to be examined, beside the nodes that use it; what is late is late by the database's own clock, as for them.
 * @throws StoreUnavailableError if it cannot be reached, or has another schema than this program reads.
 */
export async function openPostgresExamination(options: PostgresAuditOptions): Promise<StoreExamination> {
  const database = await openForAudit(options);
  const clock = new ServerClock(database, systemClock);
  const orders = new LiveOrders(database, new SmallNumbers(database));
  const close = async () => {
    await clock.stop();
    await database.close();
  };
  try {
    await clock.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    now: () => clock.now(),
    examine: (query) => examine(database, query, clock.now()),
    load: (keys) => orders.load(keys),
    definitions: (after) => definitionsAfter(database, after),
    close,
  };
}
