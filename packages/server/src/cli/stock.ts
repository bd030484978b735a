import { balanceText, type StockProblem } from 'pawl';
import { openStockAudit, repairStock } from '../compose.ts';
import type { SharedDatabase } from '../config/database-url.ts';
import { EXIT_FAILED, EXIT_OK, type Run, type Terminal } from './command.ts';
import { onDatabase } from './on-database.ts';

/** Problems told one by one; beyond it they are only counted, because nobody reads a million lines. */
const TOLD_MAX = 1_000;

/** `pawl stock verify` */
export const verifyStock: Run = (input, terminal) =>
  onDatabase(input, terminal, async (database) => {
    const { problems, summary } = await findStockProblems(database);
    tell(
      problems,
      terminal,
      (problem) => `${balanceText(problem.balance)}, but its movements make ${balanceText(problem.ledger)}`,
    );
    terminal.out(
      problems.length === 0
        ? `${summary}: every balance is the sum of its movements\n`
        : `${summary}: ${counted(problems.length)} of another balance than its movements make. \`pawl stock repair\` shows what it would do\n`,
    );
    return problems.length === 0 ? EXIT_OK : EXIT_FAILED;
  });

/** `pawl stock repair`: a plan, and with `--apply` the deed. */
export const repairStockBalances: Run = (input, terminal) =>
  onDatabase(input, terminal, async (database) => {
    const { problems, summary, repairsInUse } = await findStockProblems(database);
    if (problems.length === 0) {
      terminal.out(`${summary}: every balance is the sum of its movements, nothing is to be repaired\n`);
      return EXIT_OK;
    }
    if (input.options['apply'] !== true) {
      tell(
        problems,
        terminal,
        (problem) => `${balanceText(problem.balance)} would become ${balanceText(problem.ledger)}`,
      );
      terminal.out(
        `${summary}: ${counted(problems.length)} to be repaired, nothing was written. ${repairsInUse ? 'Repeat' : 'Stop the server, then repeat'} with --apply\n`,
      );
      return EXIT_FAILED;
    }
    const repaired = await repairStock(database, problems);
    tell(repaired, terminal, ({ balance }) => `is now ${balanceText(balance)}`);
    terminal.out(`${counted(repaired.length)} repaired: the balances are the sums of the movements\n`);
    return EXIT_OK;
  });

interface FoundInStock {
  readonly problems: readonly StockProblem[];
  /** How much was compared. */
  readonly summary: string;
  readonly repairsInUse: boolean;
}

/** Every balance that is not the sum of its movements, and how much was compared. */
export async function findStockProblems(database: SharedDatabase): Promise<FoundInStock> {
  const audit = await openStockAudit(database);
  try {
    const problems: StockProblem[] = [];
    for await (const problem of audit.problems()) problems.push(problem);
    const summary = `${counted(audit.skus)}, ${audit.movements} movements`;
    return { problems, summary, repairsInUse: audit.repairsInUse };
  } finally {
    await audit.close();
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

function counted(skus: number): string {
  return `${skus} ${skus === 1 ? 'SKU' : 'SKUs'}`;
}
