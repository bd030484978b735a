import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_TENANT } from 'pawl';
import { checkHistory, type FinalState, type History, readFinalState } from 'pawl/testing';
import { type Finding, finding } from '../findings.ts';
import type { Database } from '../subjects/subject.ts';
import { TENANT } from './callers.ts';

/** Reads all that a database holds. No server must have it. */
export async function readDatabase(database: Database): Promise<FinalState> {
  const store = await database.openStore();
  try {
    const tenant = await store.internTenant(DEFAULT_TENANT);
    if (tenant !== TENANT) throw new Error(`the tenant is ${tenant}, and was taken to be ${TENANT}`);
    return await readFinalState(store, [TENANT]);
  } finally {
    await store.close();
  }
}

/** What a history and what a database holds say of each other. The history of a run with findings is left in the folder. */
export function judge(
  history: History,
  final: FinalState,
  { atRest, dir }: { readonly atRest: boolean; readonly dir: string },
): readonly Finding[] {
  const violations = checkHistory(history, final, { atRest });
  if (violations.length > 0) writeFileSync(join(dir, 'history.json'), JSON.stringify(history));
  return violations.map(({ promise, orderId, detail }) => finding(promise, detail, orderId));
}

/** What a server says of a database that is away, or full. */
const OF_THE_STORE: ReadonlySet<string> = new Set(['StoreUnavailableError', 'StoreFullError']);

/** Faults that a server has logged, but those of a database that is away: such are disturbances of our own. */
export function faultsIn(logFile: string): readonly Finding[] {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"error":{'))
    .flatMap((line) => {
      const { message, error } = parse(line);
      if (error === undefined || OF_THE_STORE.has(error.type)) return [];
      return [finding('server-fault', `${message}: ${error.type}: ${error.message}`)];
    });
}

interface LogLine {
  readonly message?: string;
  readonly error?: { readonly type: string; readonly message: string };
}

/** The last line of a killed process may be a part of one. */
function parse(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return {};
  }
}
