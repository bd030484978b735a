import {
  type CompiledWorkflow,
  canonicalJson,
  compileWorkflow,
  systemClock,
  systemDigest,
  verifyChain,
  type WorkflowDefinition,
} from 'pawl';
import {
  type AuditedOrder,
  type AuditProblem,
  openAudit,
  type SqliteAudit,
  type StrayEvent,
  type WorkProblem,
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
  strayBodies = 0;
  /** Orders whose tasks or timers do not fit their rows. */
  misfits = 0;
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
        : `${checked}: ${this.brokenOrders} orders are broken, ${this.strays} events belong to no chain, ${this.strayBodies} bodies to no order, ${this.misfits} rows do not fit their tasks or timers\n`,
    );
    return whole ? EXIT_OK : EXIT_FAILED;
  }
}

/** The definitions that orders were decided by, found by their content: one that was changed by hand is not found. */
class Rules {
  readonly #audit: SqliteAudit;
  #known = new Map<string, CompiledWorkflow | undefined>();

  constructor(audit: SqliteAudit) {
    this.#audit = audit;
  }

  byHash(hash: string): CompiledWorkflow | undefined {
    if (!this.#known.has(hash)) {
      // Read again for each new hash: definitions may be deployed while the audit runs.
      this.#known = new Map(this.#audit.definitions().flatMap(({ content }) => compiled(content)));
      if (!this.#known.has(hash)) this.#known.set(hash, undefined);
    }
    return this.#known.get(hash);
  }
}

function compiled(content: string): readonly (readonly [string, CompiledWorkflow])[] {
  try {
    const definition = JSON.parse(content) as WorkflowDefinition;
    return [[systemDigest(canonicalJson(definition)), compileWorkflow(definition)]];
  } catch {
    // No engine deployed it. An order that names it is told of, since its rules are then missing.
    return [];
  }
}

async function walk(audit: SqliteAudit, terminal: Terminal): Promise<number> {
  const report = new Report(terminal);
  const rules = new Rules(audit);
  const progress = await startProgress('orders', audit.orders, terminal, systemClock);
  try {
    for await (const order of audit.each()) {
      inspect(order, rules, report);
      if (report.orders % STRIDE === 0) progress.advance(report.orders);
    }
    for await (const stray of audit.strays()) {
      report.strays++;
      report.tell(stray.tenant, stray.orderId, strayText(stray));
    }
    for await (const { tenant, orderId, number } of audit.strayBodies()) {
      report.strayBodies++;
      report.tell(tenant, orderId, `stray-body: no row leads to the body with number ${number}`);
    }
    for await (const { tenant, orderId, kind } of audit.workProblems()) {
      report.misfits++;
      report.tell(tenant, orderId, `${kind}: ${WORK_TEXTS[kind]}`);
    }
  } finally {
    progress.end();
  }
  return report.conclude();
}

function inspect(order: AuditedOrder, rules: Rules, report: Report): void {
  const { tenant, orderId, events, problems } = order;
  report.orders++;
  report.events += events.length;
  const faults = [...problems.map(problemText), ...faultsOfRow(order, rules)];
  if (faults.length > 0) report.brokenOrders++;
  for (const fault of faults) report.tell(tenant, orderId, fault);
}

function faultsOfRow({ row, events, problems }: AuditedOrder, rules: Rules): readonly string[] {
  if (row === null) return [];
  const workflow = rules.byHash(events[0]?.head.workflowHash ?? row.workflowHash);
  // A chain that could not be followed to its end lacks versions: that has been said.
  const told = problems.some(({ kind }) => !OF_THE_ROW.has(kind)) ? FOLLOWS_FROM_GAP : NOTHING;
  const faults = verifyChain(row, events, systemDigest, workflow)
    .filter(({ kind }) => !told.has(kind))
    .map(({ version, kind, detail }) => `version ${version}: ${kind}: ${detail}`);
  if (workflow !== undefined) return faults;
  return [...faults, 'rules-missing: no definition has the content that its events name'];
}

const OF_THE_ROW: ReadonlySet<string> = new Set(['row-incomplete', 'row-unreadable', 'row-unlisted']);
const NOTHING: ReadonlySet<string> = new Set();
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
    case 'row-unreadable':
      return 'row-unreadable: its row holds what is no JSON';
    case 'row-unlisted':
      return 'row-unlisted: lists by state lack it at the place where it is';
  }
}

const WORK_TEXTS: Readonly<Record<WorkProblem['kind'], string>> = {
  'tasks-missing': 'its row says that it has tasks, and it has none',
  'dead-tasks-missing': 'its row says that a dead task blocks it, and it has none',
  'timers-missing': 'its row says that it has timers, and it has none',
  'tasks-unnoticed': 'it has tasks of which its row says nothing',
  'dead-tasks-unnoticed': 'it has a dead task of which its row says nothing',
  'timers-unnoticed': 'it has timers of which its row says nothing',
  'tasks-without-order': 'there are tasks of it, and no such order',
  'timers-without-order': 'there are timers of it, and no such order',
};

function strayText({ kind, version, position }: StrayEvent): string {
  const reason = {
    duplicate: 'the order has another event of that version',
    beyond: 'the order has not reached that version',
    'no-order': 'there is no such order',
  }[kind];
  return `stray-event: version ${version} at position ${position} belongs to no chain: ${reason}`;
}
