import { examineStore, type HealthFinding, healthFindings, systemClock, systemDigest, timeText } from 'pawl';
import { openExamination } from '../compose.ts';
import type { SharedDatabase } from '../config/database-url.ts';
import { type AuditFault, walkAudit } from './audit-walk.ts';
import { EXIT_FAILED, EXIT_OK, type Run, type Terminal } from './command.ts';
import { onDatabase } from './on-database.ts';
import { findStockProblems } from './stock.ts';

/** Damaged orders and SKUs named; `audit verify` and `stock verify` name all. */
const EXAMPLES_MAX = 3;
const SECOND = ['s', 1_000] as const;
/** Units of an age with their length, milliseconds, the longest first. */
const UNITS = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000], SECOND] as const;

/** `pawl doctor` */
export const examineDatabase: Run = (input, terminal) =>
  onDatabase(input, terminal, async (database) => {
    const { quick = false, json = false } = input.options;
    const damage = quick === true ? [] : await damageOf(database, terminal);
    const findings = [...damage, ...(await standingOf(database))];
    const report = json === true ? reportObject : reportText;
    terminal.out(`${report(findings, quick === true, systemClock.now())}\n`);
    return findings.length === 0 ? EXIT_OK : EXIT_FAILED;
  });

async function standingOf(database: SharedDatabase): Promise<readonly HealthFinding[]> {
  const store = await openExamination(database);
  try {
    return await examineStore(store, systemDigest);
  } finally {
    await store.close();
  }
}

/** What `audit verify` and `stock verify` find, counted. */
async function damageOf(database: SharedDatabase, terminal: Terminal): Promise<readonly HealthFinding[]> {
  const orders = new Map<string, number>();
  const feed: AuditFault[] = [];
  await walkAudit(database, terminal, (fault) => {
    if (fault.of === 'feed') feed.push(fault);
    else if (fault.order !== null) orders.set(fault.order.id, fault.order.tenant);
  });
  const { problems } = await findStockProblems(database);
  return [
    ...healthFindings('orders-damaged', damaged([...orders].map(([id, tenant]) => ({ tenant, id })))),
    ...healthFindings('feed-damaged', {
      ...damaged(feed.flatMap(({ order }) => order ?? [])),
      count: feed.length,
    }),
    ...healthFindings('stock-damaged', damaged(problems.map(({ tenant, sku }) => ({ tenant, id: sku })))),
  ];
}

/** Since when something has been damaged, nobody knows. */
function damaged(all: HealthFinding['examples']) {
  return { count: all.length, examples: all.slice(0, EXAMPLES_MAX), oldestAt: null };
}

function reportText(findings: readonly HealthFinding[], isQuick: boolean, now: number): string {
  const left = isQuick ? ' Hashes and sums of stock were left out.' : '';
  if (findings.length === 0)
    return `Nothing is late${isQuick ? ' or stands still' : ', stands still or is damaged'}.${left}`;
  const parts = findings.map((finding) => findingText(finding, now));
  return [...parts, `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}.${left}`].join(
    '\n\n',
  );
}

function findingText(finding: HealthFinding, now: number): string {
  const { code, task, count, isMore, oldestAt, examples, meaning, advice } = finding;
  const title = [code, task].filter((part) => part !== null).join(' ');
  const age = oldestAt === null ? '' : `, the oldest for ${ageText(now - oldestAt)}`;
  const some = examples.map(({ tenant, id }) => `${id} of tenant ${tenant}`).join(', ');
  const lines = [
    meaning,
    ...(some === '' ? [] : [`${examples.length < count ? 'Some: ' : ''}${some}`]),
    advice,
  ];
  return [`${title}: ${isMore ? 'at least ' : ''}${count}${age}`, ...lines.map((line) => `  ${line}`)].join(
    '\n',
  );
}

function ageText(ms: number): string {
  const [name, unit] = UNITS.find(([, length]) => ms >= length) ?? SECOND;
  return `${Math.max(0, Math.floor(ms / unit))} ${name}`;
}

function reportObject(findings: readonly HealthFinding[], isQuick: boolean, now: number): string {
  return JSON.stringify({
    healthy: findings.length === 0,
    quick: isQuick,
    examined_at: timeText(now),
    findings: findings.map(({ code, task, count, isMore, oldestAt, examples, meaning, advice }) => ({
      code,
      task,
      count,
      at_least: isMore,
      oldest_at: oldestAt === null ? null : timeText(oldestAt),
      examples,
      meaning,
      advice,
    })),
  });
}
