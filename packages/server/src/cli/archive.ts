import { resolve } from 'node:path';
import { timeText } from 'pawl';
import { type ArchiveOutcome, archiveMonth, type Progress } from '../archive/archive-month.ts';
import {
  type Holder,
  type Inspection,
  type Month,
  type Obstacle,
  openArchive,
  parseMonth,
} from '../compose.ts';
import { type Config, loadDatabase, loadIdempotencyTtl } from '../config.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_UNUSABLE, type Input, type Run, type Terminal } from './command.ts';

const DAY_MS = 86_400_000;
/** How long orders must not have moved unless told otherwise, and at most, days. */
const QUIET_DAYS = 7;
const QUIET_DAYS_MAX = 3_650;

/** What was asked for. */
interface Call {
  readonly database: Extract<Config['database'], { kind: 'postgres' }>;
  readonly month: Month;
  readonly directory: string;
  readonly quietMs: number;
  readonly apply: boolean;
  readonly keep: boolean;
}

/** `pawl archive <yyyy-mm>` */
export const archive: Run = async (input, terminal) => {
  const call = await readCall(input);
  if (typeof call === 'string') {
    terminal.err(`${call}\n`);
    return EXIT_UNUSABLE;
  }
  try {
    return await run(call, terminal);
  } catch (error) {
    terminal.err(`${(error as Error).message}\n`);
    if (call.apply) terminal.err('Run the same command again: it goes on where it has stopped.\n');
    return EXIT_UNUSABLE;
  }
};

/** The call, or what is wrong with it. */
async function readCall({ operands: [text = ''], options }: Input): Promise<Call | string> {
  const { to, apply = false, keep = false } = options;
  const database = loadDatabase(options['database'] as string | undefined, process.env, process.cwd());
  if (!database.ok) return database.detail;
  if (database.value.kind === 'memory')
    return 'memory: keeps nothing that could be archived. Name a database with --database postgres://…';
  if (database.value.kind === 'sqlite')
    return 'Only history in PostgreSQL can be archived by months: a SQLite database is one file without parts. Back it up as a whole (docs/OPERATIONS.md).';
  const month = await parseMonth(text);
  if (month === undefined) return `"${text}" is no month: write it as 2026-01.`;
  if (typeof to !== 'string') return 'Name the directory for the archive: --to <directory>.';
  const quiet = quietMsOf(options['quiet-days'] as string | undefined);
  if (typeof quiet === 'string') return quiet;
  const places = { database: database.value, month, directory: resolve(to) };
  return { ...places, quietMs: quiet, apply: apply === true, keep: keep === true };
}

function quietMsOf(text: string = String(QUIET_DAYS)): number | string {
  const days = Number(text);
  if (!/^\d+$/.test(text) || days < 1 || days > QUIET_DAYS_MAX)
    return `--quiet-days takes a whole number from 1 to ${QUIET_DAYS_MAX}.`;
  const ttl = loadIdempotencyTtl(process.env, process.cwd());
  if (!ttl.ok) return ttl.detail;
  if (days * DAY_MS < ttl.value)
    return `--quiet-days must not be less than IDEMPOTENCY_TTL_S, ${Math.ceil(ttl.value / DAY_MS)} days: a call repeated under its key is answered from events.`;
  return days * DAY_MS;
}

async function run({ database, apply, ...call }: Call, terminal: Terminal): Promise<number> {
  return openArchive(database, call, async ({ archive: opened, inspect }) => {
    const { month, directory, keep } = call;
    const tell = (progress: Progress) => terminal.err(`${progressText(progress)}\n`);
    if (apply) {
      const outcome = await archiveMonth({ archive: opened, month, directory, keep, inspect, tell });
      return tellOutcome(outcome, month, terminal);
    }
    const unfinished = await opened.unfinished(month);
    for (const { table, file, sha256 } of unfinished) {
      const state = sha256 === null ? `${file} is still to be written` : `${file} is written`;
      terminal.out(`The table ${table} is detached, ${state}. With --apply this is ended first.\n`);
    }
    return tellPlan(await inspect(), month, terminal);
  });
}

function tellPlan(inspection: Inspection, { text }: Month, terminal: Terminal): number {
  const { orders, events, lastPosition, obstacles } = inspection;
  if (events === 0) {
    terminal.out(`There are no events of orders made in ${text}: nothing is to be detached.\n`);
    return EXIT_OK;
  }
  terminal.out(
    `${text}: ${orders} orders, ${events} events would be archived. The feed would begin after position ${lastPosition}.\n`,
  );
  if (obstacles.length > 0) return tellObstacles(inspection, terminal);
  terminal.out('Nothing stands in the way, nothing was changed. Repeat with --apply\n');
  return EXIT_OK;
}

function tellOutcome(outcome: ArchiveOutcome, { text }: Month, terminal: Terminal): number {
  switch (outcome.kind) {
    case 'refused':
      return tellObstacles(outcome.inspection, terminal);
    case 'moved':
      terminal.out(`An order made in ${text} has moved meanwhile. Nothing was changed.\n`);
      return EXIT_FAILED;
    case 'held':
      terminal.out(`${holdersText(outcome.holders)}. Nothing was changed; try again when they have ended.\n`);
      return EXIT_FAILED;
    case 'done': {
      for (const { orders, events, file, sha256 } of outcome.parts)
        terminal.out(`${text}: ${orders} orders, ${events} events are in ${file}, SHA-256 ${sha256}\n`);
      if (outcome.parts.length === 0) terminal.out(`${text}: nothing is left to archive\n`);
      return EXIT_OK;
    }
  }
}

function tellObstacles({ obstacles }: Inspection, terminal: Terminal): number {
  for (const obstacle of obstacles) terminal.out(`In the way: ${obstacleText(obstacle)}\n`);
  terminal.out('Nothing was changed.\n');
  return EXIT_FAILED;
}

function obstacleText(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'month-not-over':
      return `the month is not over for a day, which it is from ${timeText(obstacle.from)} on`;
    case 'orders-standing': {
      const { count, examples } = obstacle;
      const some = examples.map(({ orderId, tenant }) => `${orderId} of tenant ${tenant}`).join(', ');
      return `${count} orders are not settled or have moved within --quiet-days, ${examples.length < count ? 'some of them' : 'these'}: ${some}`;
    }
    case 'keys-live-longer':
      return `idempotency keys live ${Math.ceil(obstacle.ms / DAY_MS)} days: raise --quiet-days to that`;
  }
}

function progressText(progress: Progress): string {
  switch (progress.step) {
    case 'waiting':
      return `waiting: ${holdersText(progress.holders)}`;
    case 'detached':
      return `detached: the events are in the table ${progress.part.table}`;
    case 'writing':
      return `writing: ${progress.events} of ${progress.part.events} events`;
    case 'verified':
      return 'verified: every chain is whole';
    case 'written':
      return `written: ${progress.part.file}`;
    case 'sealed':
      return `sealed: SHA-256 ${progress.part.sha256}`;
    case 'dropped':
      return `dropped: the table ${progress.part.table} is gone`;
    case 'trimming':
      return `trimming: ${progress.rows} rows of the feed are gone`;
  }
}

function holdersText(holders: readonly Holder[]): string {
  if (holders.length === 0) return 'others use the events at every attempt';
  const each = holders.map(
    ({ pid, name, ms }) => `${name || 'a program'} (process ${pid}, ${Math.ceil(ms / 1000)} s)`,
  );
  return `a transaction has used the events for long: ${each.join(', ')}`;
}
