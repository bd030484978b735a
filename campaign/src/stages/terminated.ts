import { setTimeout as sleep } from 'node:timers/promises';
import { Drill } from '../drill/drill.ts';
import { untilWell } from '../drill/health.ts';
import { finding } from '../findings.ts';
import { postgresOf } from '../subjects/postgres-database.ts';
import type { Stage } from './stage.ts';

const CLIENTS = 10;
/** Storms of one slice, how often sessions are ended in one, and between two of them: milliseconds at most. */
const STORMS = 15;
const BLOWS_MAX = 25;
const BLOW_MS = 60;
const CALM_MS = 1_500;
/** Within that time of the last storm every server must be well again, milliseconds. */
const RETURN_MS_MAX = 15_000;

/** Whom a storm meets, and how: their sessions are ended, or only what they are doing. */
const STORM_SQL = {
  'all ended': `SELECT pg_terminate_backend(pid) AS met FROM pg_stat_activity WHERE application_name LIKE 'pawl %'`,
  'some ended': `SELECT pg_terminate_backend(pid) AS met FROM pg_stat_activity WHERE application_name LIKE 'pawl %' AND random() < 0.3`,
  'commits ended': `SELECT pg_terminate_backend(pid) AS met FROM pg_stat_activity WHERE application_name = 'pawl commits'`,
  'busy ended': `SELECT pg_terminate_backend(pid) AS met FROM pg_stat_activity WHERE application_name LIKE 'pawl %' AND state <> 'idle'`,
  'busy broken off': `SELECT pg_cancel_backend(pid) AS met FROM pg_stat_activity WHERE application_name LIKE 'pawl %' AND state <> 'idle'`,
} as const;

/** Storms in which the sessions of the servers are ended under load, over and over. */
export function terminated(most = STORMS): Stage {
  return {
    name: 'terminated',
    async run(ground) {
      const { chance, until } = ground;
      const drill = await Drill.begin(ground, { clients: CLIENTS });
      const database = postgresOf(drill.database);
      const counts = { storms: 0, 'sessions met': 0 };
      for (; counts.storms < most && performance.now() < until; counts.storms++) {
        const text = STORM_SQL[chance.pick(Object.keys(STORM_SQL) as (keyof typeof STORM_SQL)[])];
        for (let blows = chance.int(1, BLOWS_MAX); blows > 0; blows--) {
          const met = await database.sql<{ met: boolean }>(`${text} AND datname = current_database()`);
          counts['sessions met'] += met.filter((one) => one.met).length;
          await sleep(chance.fraction() * BLOW_MS);
        }
        await sleep(chance.fraction() * CALM_MS);
      }
      if ((await untilWell(drill.nodes, RETURN_MS_MAX)) === null)
        drill.findings.add(finding('return-late', 'nobody ends sessions any more, and a server is not well'));
      const { counts: done, findings } = await drill.end();
      return { counts: { ...counts, ...done }, findings };
    },
  };
}
