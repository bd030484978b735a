import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteStore } from 'pawl/sqlite';
import { type Finding, finding } from '../findings.ts';
import type { Processes } from '../processes/processes.ts';
import { runPawl } from '../processes/run-pawl.ts';
import type { Database, Subject } from './subject.ts';

const SCHEME = 'sqlite:';

/** Orders in a file, with one server at a time. */
export const sqlite: Subject = {
  name: 'sqlite',
  version: `SQLite ${process.versions['sqlite']}`,
  nodes: 1,
  stages: ['kills', 'nth-call', 'full-disk', 'torn-log', 'clients', 'gateway'],
  create: async (dir) => sqliteDatabase(join(dir, 'pawl.db')),
};

/** The file of a database that this subject has made. */
export function fileOf({ url }: Database): string {
  return url.slice(SCHEME.length);
}

/** The database in that file. */
export function sqliteDatabase(path: string): Database {
  const url = SCHEME + path;
  return {
    url,
    bytes: () => statSync(path).size,
    openStore: async (clock) => openSqliteStore({ path, clock }),
    audit: async (processes) => [
      ...(await auditBy(['audit', 'verify'], url, processes)),
      ...(await auditBy(['stock', 'verify'], url, processes)),
    ],
    drop: async () => undefined,
  };
}

async function auditBy(
  command: readonly string[],
  url: string,
  processes: Processes,
): Promise<readonly Finding[]> {
  const { code, said } = await runPawl(processes, [...command, '--database', url]);
  return code === 0 ? [] : [finding('audit-failed', `pawl ${command.join(' ')}: ${said}`)];
}
