import { setTimeout as sleep } from 'node:timers/promises';
import { Drill } from '../drill/drill.ts';
import { untilWell } from '../drill/health.ts';
import { finding } from '../findings.ts';
import { postgresOf } from '../subjects/postgres-database.ts';
import type { Stage } from './stage.ts';

const CLIENTS = 10;
/** Stops of one slice. */
const STOPS = 12;
/** How long the database works before it is stopped, and how long it is away: at most, milliseconds. */
const WORK_MS = 3_000;
const AWAY_MS = 1_500;
/** Within that time of the database's return every server must be well again, milliseconds: it asks for connections all the time. */
const RETURN_MS_MAX = 15_000;

/** The database's server ends under load without tidying up, again and again, and is started again on what it has left. */
export function databaseStops(most = STOPS): Stage {
  return {
    name: 'database-stops',
    async run(ground) {
      const { chance, until } = ground;
      const drill = await Drill.begin(ground, { clients: CLIENTS });
      const { server } = postgresOf(drill.database);
      const counts = { 'immediate stops': 0, kills: 0 };
      let slowest = 0;
      for (let made = 0; made < most && performance.now() < until; made++) {
        await sleep(chance.fraction() * WORK_MS);
        if (chance.happens(0.5)) {
          await server.stop('immediate');
          counts['immediate stops']++;
        } else {
          await server.kill();
          counts.kills++;
        }
        await sleep(chance.fraction() * AWAY_MS);
        await server.start();
        const ms = await untilWell(drill.nodes, RETURN_MS_MAX);
        if (ms === null)
          drill.findings.add(finding('return-late', 'the database is back, and a server does not find it'));
        slowest = Math.max(slowest, ms ?? RETURN_MS_MAX);
      }
      const { counts: done, findings } = await drill.end();
      const told = drill.callers.codes.get('store-unavailable') ?? 0;
      return {
        counts: { ...counts, 'calls without database': told, ...done },
        peaks: { 'ms until well again': Math.round(slowest) },
        findings,
      };
    },
  };
}
