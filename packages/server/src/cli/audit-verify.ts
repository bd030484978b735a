import { type AuditCounts, type AuditFault, walkAudit } from './audit-walk.ts';
import { EXIT_FAILED, EXIT_OK, type Run } from './command.ts';
import { onDatabase } from './on-database.ts';

/** Faults told one by one; beyond it they are only counted, because nobody reads a million lines. */
const TOLD_MAX = 1_000;

/** `pawl audit verify` */
export const verifyAudit: Run = (input, terminal) =>
  onDatabase(input, terminal, async (database) => {
    let faults = 0;
    const counts = await walkAudit(database, terminal, (fault) => {
      if (++faults <= TOLD_MAX) terminal.out(`${faultText(fault)}\n`);
    });
    if (faults > TOLD_MAX) terminal.out(`${faults - TOLD_MAX} more faults are not shown\n`);
    terminal.out(`${summary(counts, faults === 0)}\n`);
    return faults === 0 ? EXIT_OK : EXIT_FAILED;
  });

function faultText({ of, order, text }: AuditFault): string {
  return of === 'order' && order !== null
    ? `order ${order.id} of tenant ${order.tenant}: ${text}`
    : `${of}: ${text}`;
}

function summary(counts: AuditCounts, isWhole: boolean): string {
  const { orders, events, brokenOrders, strays, strayBodies, misfits, feedFaults } = counts;
  const checked = `${orders} orders, ${events} events`;
  const feed = feedFaults === 0 ? '' : `, ${feedFaults} places of the feed are wrong`;
  return isWhole
    ? `${checked}: every chain is whole`
    : `${checked}: ${brokenOrders} orders are broken, ${strays} events belong to no chain, ${strayBodies} bodies to no order, ${misfits} rows do not fit their tasks or timers${feed}`;
}
