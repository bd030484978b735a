/**
 * `npm run campaign -- [--minutes 10] [--seed N] [--store sqlite|postgres|both] [--only kills,torn-log] [--report <file>]`: attacks real servers, files and
 * sockets until the time is over, and judges all that was promised. Prints a report in Markdown; ends with 1 if anything was broken.
 */
import { writeFileSync } from 'node:fs';
import { runCampaign } from './campaign.ts';
import { type Options, parseOptions, SEED_MAX, USAGE } from './options.ts';
import { reportOf } from './report.ts';
import { clients } from './stages/clients/clients.ts';
import { fullDisk } from './stages/full-disk/full-disk.ts';
import { gateway } from './stages/gateway.ts';
import { kills } from './stages/kills.ts';
import { nthCall } from './stages/nth-call/nth-call.ts';
import { stagesOnPostgres } from './stages/on-postgres.ts';
import { tornLog } from './stages/torn-log/torn-log.ts';
import { postgres } from './subjects/postgres.ts';
import { sqlite } from './subjects/sqlite.ts';

/** By the names of the command line. */
const SUBJECTS = { sqlite, postgres: postgres() };

process.exit(await main());

async function main(): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(process.argv.slice(2), () => Math.floor(Math.random() * SEED_MAX));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  process.stderr.write(
    `The campaign has the seed ${options.seed} and goes on for ${options.minutes} minutes.\n`,
  );
  const campaign = await runCampaign(options, {
    stages: [kills(), nthCall(), fullDisk(), tornLog(), clients(), gateway(), ...stagesOnPostgres()],
    subjects: options.stores.map((name) => SUBJECTS[name]),
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  const report = reportOf(campaign);
  if (options.report !== null) writeFileSync(options.report, report);
  process.stdout.write(report);
  return [...campaign.tallies.values()].some(({ findings }) => findings.length > 0) ? 1 : 0;
}
