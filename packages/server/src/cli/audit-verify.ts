import { systemClock, systemDigest, verifyChain } from 'pawl';
import {
  type AuditedOrder,
  type AuditProblem,
  openAudit,
  type SqliteAudit,
  type StrayEvent,
} from '../compose.ts';
import { loadDatabase } from '../config.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_UNUSABLE, type Run, type Terminal } from './command.ts';
import { startProgress } from './progress.ts';

/** Faults told one by one; beyond it they are only counted, because nobody reads a million lines. */
const TOLD_MAX = 1_000;
/** Orders between two looks at the clock. */
const STRIDE = 256;

/** `pawl audit verify` */
export const verifyAudit: Run = async ({ options }, terminal) => {
  const database = loadDatabase(options['database'] as string | undefined, process.env, process.cwd());
  if (!database.ok || database.value.kind !== 'sqlite') {
    terminal.err(`${database.ok ? 'DATABASE_URL names no file to verify' : database.detail}\n`);
    return EXIT_UNUSABLE;
  }
  const { path } = database.value;
  try {
    const audit = await openAudit(path);
    try {
      return await walk(audit, terminal);
    } finally {
      audit.close();
    }
  } catch (error) {
    terminal.err(`${path} cannot be verified: ${(error as Error).message}\n`);
    return EXIT_UNUSABLE;
  }
};

/** What was found, and told. */
class Report {
  readonly #terminal: Terminal;
  orders = 0;
  events = 0;
  brokenOrders = 0;
  strays = 0;
  #faults = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  tell(tenant: number, orderId: string, fault: string): void {
    if (++this.#faults <= TOLD_MAX) this.#terminal.out(`order ${orderId} of tenant ${tenant}: ${fault}\n`);
  }

  conclude(): number {
    const silent = this.#faults - TOLD_MAX;
    if (silent > 0) this.#terminal.out(`${silent} more faults are not shown\n`);
    const whole = this.#faults === 0;
    const checked = `${this.orders} orders, ${this.events} events`;
    this.#terminal.out(
      whole
        ? `${checked}: every chain is whole\n`
        : `${checked}: ${this.brokenOrders} orders are broken, ${this.strays} events belong to no chain\n`,
    );
    return whole ? EXIT_OK : EXIT_FAILED;
  }
}

async function walk(audit: SqliteAudit, terminal: Terminal): Promise<number> {
  const report = new Report(terminal);
  const progress = await startProgress('orders', audit.orders, terminal, systemClock);
  try {
    for await (const order of audit.each()) {
      inspect(order, report);
      if (report.orders % STRIDE === 0) progress.advance(report.orders);
    }
    for await (const stray of audit.strays()) {
      report.strays++;
      report.tell(stray.tenant, stray.orderId, strayText(stray));
    }
  } finally {
    progress.end();
  }
  return report.conclude();
}

function inspect({ tenant, orderId, row, events, problems }: AuditedOrder, report: Report): void {
  report.orders++;
  report.events += events.length;
  const faults = problems.map(problemText);
  for (const { version, kind, detail } of row === null ? [] : verifyChain(row, events, systemDigest)) {
    // A chain that could not be followed to its end lacks versions: that has been said.
    if (problems.length === 0 || !FOLLOWS_FROM_GAP.has(kind))
      faults.push(`version ${version}: ${kind}: ${detail}`);
  }
  if (faults.length > 0) report.brokenOrders++;
  for (const fault of faults) report.tell(tenant, orderId, fault);
}

const FOLLOWS_FROM_GAP: ReadonlySet<string> = new Set([
  'version-gap',
  'discontinuous-state',
  'previous-hash',
]);

function problemText(problem: AuditProblem): string {
  switch (problem.kind) {
    case 'link-broken':
      return `link-broken: its chain leads to position ${problem.position}, where no event is`;
    case 'link-foreign':
      return `link-foreign: its chain leads to position ${problem.position}, an event of ${problem.orderId}`;
    case 'link-repeated':
      return `link-repeated: its chain leads to position ${problem.position} a second time`;
    case 'version-gap':
      return `version-gap: version ${problem.expected} was expected at position ${problem.position}, version ${problem.found} is there`;
    case 'row-incomplete':
      return 'row-incomplete: its row lacks its body or its place';
  }
}

function strayText({ kind, version, position }: StrayEvent): string {
  const reason = {
    duplicate: 'the order has another event of that version',
    beyond: 'the order has not reached that version',
    'no-order': 'there is no such order',
  }[kind];
  return `stray-event: version ${version} at position ${position} belongs to no chain: ${reason}`;
}
