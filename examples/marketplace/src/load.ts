import { parseArgs } from 'node:util';
import { balances } from './account.ts';
import { accountText } from './account-text.ts';
import { DEFAULT_UTC_OFFSET, isUtcOffset } from './local-time.ts';
import { startProgress } from './progress.ts';
import { type RunOptions, run } from './run.ts';

const USAGE = `Loads the orders of a marketplace from CSV files, plain or .gz, into Pawl.

  node examples/marketplace/src/load.ts --orders <file> --items <file> --payments <file>

  --url <address>        of the service; default PAWL_URL, or http://127.0.0.1:8000
  --api-key <key>        with the roles importer and operator; default PAWL_API_KEY, which others cannot
                         read from the list of processes
  --utc-offset <±hh:mm>  of the times in the files; default ${DEFAULT_UTC_OFFSET}
  --help

Ends with 1 if the account does not balance or the work was cut short, with 2 for wrong arguments.
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: RunOptions | 'help';
  try {
    options = readArguments(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${USAGE}`);
    return 2;
  }
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    const account = await run(options);
    process.stdout.write(accountText(account));
    return balances(account) ? 0 : 1;
  } catch (error) {
    process.stderr.write(
      `${messageOf(error)}\nRun it again to go on from here: what is loaded stays as it is.\n`,
    );
    return 1;
  }
}

function readArguments(args: readonly string[]): RunOptions | 'help' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ orders: text, items: text, payments: text, url: text, 'api-key': text, 'utc-offset': text },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return 'help';
  const {
    orders,
    items,
    payments,
    url,
    'api-key': apiKey,
    'utc-offset': utcOffset = DEFAULT_UTC_OFFSET,
  } = values;
  if (orders === undefined || items === undefined || payments === undefined) {
    throw new Error('--orders, --items and --payments are all needed.');
  }
  if (!isUtcOffset(utcOffset)) throw new Error('--utc-offset must look like -03:00.');
  return {
    files: { orders, items, payments },
    url: url ?? process.env['PAWL_URL'] ?? 'http://127.0.0.1:8000',
    apiKey: apiKey ?? process.env['PAWL_API_KEY'],
    utcOffset,
    startProgress,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
