import { verifyArchive } from '../archive/verify-archive.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_UNUSABLE, type Run } from './command.ts';

/** `pawl archive verify <file>` */
export const verifyArchiveFile: Run = async ({ operands: [path = ''] }, terminal) => {
  try {
    const { orders, events, sha256, faults, faultCount } = await verifyArchive(path);
    for (const fault of faults) terminal.out(`${fault}\n`);
    if (faultCount > faults.length) terminal.out(`${faultCount - faults.length} more faults are not shown\n`);
    const verdict = faultCount === 0 ? 'every chain is whole' : `${faultCount} faults`;
    terminal.out(`${orders} orders, ${events} events, SHA-256 ${sha256}: ${verdict}\n`);
    return faultCount === 0 ? EXIT_OK : EXIT_FAILED;
  } catch (error) {
    terminal.err(`${path} cannot be read to its end: ${(error as Error).message}\n`);
    return EXIT_UNUSABLE;
  }
};
