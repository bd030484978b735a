import type { StockBalance } from 'pawl';
import { openStockAudit, repairStock, type StockProblem } from '../compose.ts';
import { loadDatabase } from '../config.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_UNUSABLE, type Run, type Terminal } from './command.ts';

/** Problems told one by one; beyond it they are only counted, because nobody reads a million lines. */
const TOLD_MAX = 1_000;

/** `pawl stock verify` */
export const verifyStock: Run = ({ options }, terminal) =>
  onDatabase(options, terminal, async (path) => {
    const { problems, summary } = await findProblems(path);
    tell(
      problems,
      terminal,
      (problem) => `${textOf(problem.balance)}, but its movements make ${textOf(problem.ledger)}`,
    );
    terminal.out(
      problems.length === 0
        ? `${summary}: every balance is the sum of its movements\n`
        : `${summary}: ${counted(problems.length)} of another balance than its movements make. \`pawl stock repair\` shows what it would do\n`,
    );
    return problems.length === 0 ? EXIT_OK : EXIT_FAILED;
  });

/** `pawl stock repair`: a plan, and with `--apply` the deed. */
export const repairStockBalances: Run = ({ options }, terminal) =>
  onDatabase(options, terminal, async (path) => {
    const { problems, summary } = await findProblems(path);
    if (problems.length === 0) {
      terminal.out(`${summary}: every balance is the sum of its movements, nothing is to be repaired\n`);
      return EXIT_OK;
    }
    if (options['apply'] !== true) {
      tell(
        problems,
        terminal,
        (problem) => `${textOf(problem.balance)} would become ${textOf(problem.ledger)}`,
      );
      terminal.out(
        `${summary}: ${counted(problems.length)} to be repaired, nothing was written. Stop the server, then repeat with --apply\n`,
      );
      return EXIT_FAILED;
    }
    const repaired = await repairStock(path, problems);
    tell(repaired, terminal, ({ balance }) => `is now ${textOf(balance)}`);
    terminal.out(`${counted(repaired.length)} repaired: the balances are the sums of the movements\n`);
    return EXIT_OK;
  });

async function onDatabase(
  options: Readonly<Record<string, unknown>>,
  terminal: Terminal,
  work: (path: string) => Promise<number>,
): Promise<number> {
  const database = loadDatabase(options['database'] as string | undefined, process.env, process.cwd());
  if (!database.ok || database.value.kind !== 'sqlite') {
    terminal.err(`${database.ok ? 'DATABASE_URL names no file' : database.detail}\n`);
    return EXIT_UNUSABLE;
  }
  try {
    return await work(database.value.path);
  } catch (error) {
    terminal.err(`${(error as Error).message}\n`);
    return EXIT_UNUSABLE;
  }
}

async function findProblems(
  path: string,
): Promise<{ readonly problems: readonly StockProblem[]; readonly summary: string }> {
  const audit = await openStockAudit(path);
  try {
    const problems: StockProblem[] = [];
    for await (const problem of audit.problems()) problems.push(problem);
    return { problems, summary: `${counted(audit.skus)}, ${audit.movements} movements` };
  } finally {
    audit.close();
  }
}

function tell<T extends { readonly tenant: number; readonly sku: string }>(
  list: readonly T[],
  terminal: Terminal,
  say: (one: T) => string,
): void {
  for (const one of list.slice(0, TOLD_MAX)) {
    terminal.out(`SKU ${JSON.stringify(one.sku)} of tenant ${one.tenant}: ${say(one)}\n`);
  }
  if (list.length > TOLD_MAX) terminal.out(`${list.length - TOLD_MAX} more are not shown\n`);
}

function textOf(balance: StockBalance | null): string {
  if (balance === null) return 'nothing at all';
  return `${balance.onHand} in the house and ${balance.reserved} reserved (version ${balance.version})`;
}

function counted(skus: number): string {
  return `${skus} ${skus === 1 ? 'SKU' : 'SKUs'}`;
}
