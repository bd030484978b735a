import { WORKERS_MAX } from '../workers/limits.ts';
import type { Command } from './command.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'serve',
    synopsis: '[--workers <n>]',
    summary: 'Start the server',
    details: [
      'Settings come from the environment and from the file .env of the working directory: see docs/CONFIGURATION.md.',
      `--workers: that many processes, 1 to ${WORKERS_MAX}, share the address, each on a core of its own; above 1 it needs PostgreSQL.`,
      'SIGTERM, SIGINT or SIGHUP: answers what has arrived, then ends with 0. A second one ends it at once.',
    ],
    options: { workers: { type: 'string' } },
    operands: 0,
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'workflow check',
    synopsis: '<file>',
    summary: 'Verify a workflow definition (YAML or JSON)',
    details: ['Ends with 0 if it could be deployed, with 1 if not, with 2 if the file cannot be read.'],
    options: {},
    operands: 1,
    load: async () => (await import('./workflow-check.ts')).checkWorkflow,
  },
  {
    name: 'workflow diagram',
    synopsis: '<file>',
    summary: 'Draw a workflow definition as a Mermaid state diagram',
    details: ['The diagram goes to standard output.'],
    options: {},
    operands: 1,
    load: async () => (await import('./workflow-diagram.ts')).drawWorkflow,
  },
  {
    name: 'doctor',
    synopsis: '[--quick] [--json] [--database <url>]',
    summary: 'Say what is late, stands still or is damaged, and what to do',
    details: [
      'The database, sqlite: or postgres:, may be in use, and is only read. Without --database it is that of DATABASE_URL.',
      '--quick recomputes no hash and no sum of stock. --json answers one object for programs.',
      'Ends with 0 if nothing was found, with 1 if something was, with 2 if the database cannot be read.',
    ],
    options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, database: { type: 'string' } },
    operands: 0,
    load: async () => (await import('./doctor.ts')).examineDatabase,
  },
  {
    name: 'audit verify',
    synopsis: '[--database <url>]',
    summary: 'Recompute every hash of every order of a database',
    details: [
      'The database, sqlite: or postgres:, may be in use, and is only read. Without --database it is that of DATABASE_URL.',
      'Ends with 0 if every chain is whole, with 1 if one is broken, with 2 if the database cannot be read.',
    ],
    options: { database: { type: 'string' } },
    operands: 0,
    load: async () => (await import('./audit-verify.ts')).verifyAudit,
  },
  {
    name: 'archive verify',
    synopsis: '<file>',
    summary: 'Recompute every hash of an archive of events',
    details: [
      'Needs no database.',
      'Ends with 0 if every chain is whole, with 1 if one is broken, with 2 if the file cannot be read to its end.',
    ],
    options: {},
    operands: 1,
    load: async () => (await import('./archive-verify.ts')).verifyArchiveFile,
  },
  {
    name: 'archive',
    synopsis: '<yyyy-mm> --to <directory> [--apply] [--keep] [--quiet-days <n>] [--database postgres://…]',
    summary: 'Take the events of settled orders of a month out of the database into a file',
    details: [
      'Shows what it would do and what stands in the way; with --apply it does it, while servers run. Only for PostgreSQL.',
      '--quiet-days: so long no order of the month may have moved, 7 unless told otherwise; not less than IDEMPOTENCY_TTL_S.',
      '--keep leaves the detached table in the database: a later call without it drops it.',
      'Whatever ends it, the same command goes on where it has stopped. See docs/OPERATIONS.md.',
      'Ends with 0 if all is done or could be, with 1 if something stands in the way, with 2 if it could not do its work.',
    ],
    options: {
      to: { type: 'string' },
      apply: { type: 'boolean' },
      keep: { type: 'boolean' },
      'quiet-days': { type: 'string' },
      database: { type: 'string' },
    },
    operands: 1,
    load: async () => (await import('./archive.ts')).archive,
  },
  {
    name: 'stock verify',
    synopsis: '[--database <url>]',
    summary: 'Compare every balance of stock with the sum of its movements',
    details: [
      'The database, sqlite: or postgres:, may be in use, and is only read. Without --database it is that of DATABASE_URL.',
      'Ends with 0 if all agree, with 1 if one does not, with 2 if the database cannot be read.',
    ],
    options: { database: { type: 'string' } },
    operands: 0,
    load: async () => (await import('./stock.ts')).verifyStock,
  },
  {
    name: 'stock repair',
    synopsis: '[--apply] [--database <url>]',
    summary: 'Make balances of stock what their movements say',
    details: [
      'Shows what it would do; with --apply it does it, in one transaction. A server on SQLite must not run then.',
      'Ends with 0 if nothing is left to repair, with 1 if something is, with 2 if the database cannot be used.',
    ],
    options: { apply: { type: 'boolean' }, database: { type: 'string' } },
    operands: 0,
    load: async () => (await import('./stock.ts')).repairStockBalances,
  },
];
