import { openSqliteAudit, openSqliteStockAudit } from 'pawl/sqlite';
import { type Finding, finding } from '../findings.ts';

/** The same audits as those of the command line, in this process: for copies, of which there are many. */
export async function auditFile(path: string): Promise<readonly Finding[]> {
  return [...(await auditOrders(path)), ...(await auditStock(path))];
}

async function auditOrders(path: string): Promise<readonly Finding[]> {
  const audit = openSqliteAudit(path);
  const found: Finding[] = [];
  const tell = (detail: object, orderId: string): void => {
    found.push(finding('audit-failed', JSON.stringify(detail), orderId));
  };
  try {
    for await (const { orderId, problems } of audit.each()) for (const one of problems) tell(one, orderId);
    for await (const stray of audit.strays()) tell(stray, stray.orderId);
    for await (const body of audit.strayBodies()) tell(body, body.orderId);
    for await (const misfit of audit.workProblems()) tell(misfit, misfit.orderId);
  } finally {
    await audit.close();
  }
  return found;
}

async function auditStock(path: string): Promise<readonly Finding[]> {
  const audit = openSqliteStockAudit(path);
  const found: Finding[] = [];
  try {
    for await (const problem of audit.problems())
      found.push(finding('audit-failed', `stock: ${JSON.stringify(problem)}`));
  } finally {
    await audit.close();
  }
  return found;
}
