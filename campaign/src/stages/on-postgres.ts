import { databaseStops } from './database-stops.ts';
import { halfOpen } from './half-open.ts';
import { longTransaction } from './long-transaction.ts';
import { paused } from './paused.ts';
import { queryPlans } from './query-plans.ts';
import { split } from './split.ts';
import type { Stage } from './stage.ts';
import { terminated } from './terminated.ts';

/** What attacks a database that is a server of its own, and shared by many. */
export function stagesOnPostgres(): readonly Stage[] {
  return [databaseStops(), terminated(), halfOpen(), split(), paused(), longTransaction(), queryPlans()];
}
