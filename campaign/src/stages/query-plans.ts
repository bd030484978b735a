import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, finding } from '../findings.ts';
import { programAt } from '../processes/processes.ts';
import type { Ground, Stage } from './stage.ts';

const RUNNER = programAt('node_modules/vitest/vitest.mjs');
const TEST = programAt('packages/pawl/src/storage/postgres/query-plans.int.test.ts');
const ROOT = programAt('');
const ORDERS = 1_000_000;
/** A million orders take half of that, milliseconds; with less time left it is not begun. */
const NEEDED_MS = 480_000;

export interface QueryPlansOptions {
  readonly orders?: number;
  readonly neededMs?: number;
}

/** What the runner tells of a run, as far as it matters here. */
interface Told {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly title: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

const NOTHING_TOLD: Told = { numPassedTests: 0, testResults: [] };

/** The test that looks at the plan of every statement, with as many orders as a large shop has. Plans do not change: once is enough. */
export function queryPlans({ orders = ORDERS, neededMs = NEEDED_MS }: QueryPlansOptions = {}): Stage {
  return {
    name: 'query-plans',
    once: true,
    async run(ground) {
      if (ground.until - performance.now() < neededMs)
        return { counts: { 'left out for want of time': 1 }, findings: [] };
      const { code, told, said } = await runTest(orders, ground);
      const findings = findingsOf(told);
      // Also where every test has passed and something else has failed beside them.
      if (findings.length === 0 && (code !== 0 || told.numPassedTests === 0))
        findings.push(finding('stage-failed', `it has ended with ${code}: ${said}`));
      return { counts: { orders, 'calls by indexes alone': told.numPassedTests }, findings };
    },
  };
}

/** The test starts a server of its own. */
async function runTest(
  orders: number,
  { dir, processes }: Ground,
): Promise<{ readonly code: number | null; readonly told: Told; readonly said: string }> {
  const report = join(dir, 'query-plans.json');
  const child = processes.start(RUNNER, ['run', '--reporter=json', `--outputFile=${report}`, TEST], {
    cwd: ROOT,
    env: { ...process.env, QUERY_PLANS_ORDERS: String(orders) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await once(child, 'close');
  const told = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Told) : NOTHING_TOLD;
  return { code: child.exitCode, told, said };
}

function findingsOf({ testResults }: Told): Finding[] {
  return testResults.flatMap(({ message = '', assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const found = failed.map(({ title, failureMessages = [] }) =>
      finding('reads-whole-table', `${title}: ${failureMessages.join('\n')}`),
    );
    // What keeps all of them from being run, such as a database that cannot be filled.
    return message === '' ? found : [...found, finding('stage-failed', message)];
  });
}
