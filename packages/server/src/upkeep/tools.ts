import type { Clock, Pawl, Random } from 'pawl';
import type { HealthMetrics } from '../telemetry/health-metrics.ts';
import type { Log } from '../telemetry/log.ts';

/** What the jobs of upkeep work with. */
export interface UpkeepTools {
  readonly pawl: Pick<Pawl, 'expireKeys' | 'health' | 'now'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Pick<Log, 'alert' | 'fault'>;
  readonly metrics: HealthMetrics;
  /** Null for a tenant of which no caller is known. */
  readonly tenantName: (tenant: number) => string | null;
}
