import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DATABASE_ALLOWED } from './database-url.ts';
import { SETTINGS, type Values } from './settings.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What is wrong with the settings taken together, or with the places that they name. */
export function problemsAcross(values: Values, variables: Variables, directory: string): string[] {
  return [
    ...mongoProblems(variables),
    ...identityProblems(values),
    ...taskProblems(values),
    ...boundProblems(values),
    ...placeProblems(values, directory),
  ];
}

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** A program that was configured for MongoDB would start empty, on a file that nobody asked for. */
function mongoProblems(variables: Variables): string[] {
  if ((variables['DATABASE_URL'] ?? '').trim() !== '') return [];
  return Object.keys(variables)
    .filter((name) => /^MONGO/i.test(name) && variables[name] !== '')
    .map(
      (name) =>
        `${name} is set, but MongoDB is not supported: set DATABASE_URL; allowed: ${DATABASE_ALLOWED}`,
    );
}

function identityProblems({ APP_ENV, APP_HOST, API_KEYS, ALLOW_ANONYMOUS, DATABASE_URL }: Values): string[] {
  const problems: string[] = [];
  // Undefined values have their sentence already; "required" about a faulty API_KEYS would send the reader astray.
  if (API_KEYS === null && APP_ENV && APP_ENV !== 'local') {
    problems.push(`API_KEYS is required with APP_ENV=${APP_ENV}; allowed: ${SETTINGS.API_KEYS.allowed}`);
  }
  if (
    API_KEYS === null &&
    APP_ENV === 'local' &&
    APP_HOST &&
    !isLoopback(APP_HOST) &&
    ALLOW_ANONYMOUS === false
  ) {
    problems.push(
      `APP_HOST (${JSON.stringify(APP_HOST)}) can be reached by others and nobody is authenticated; allowed: 127.0.0.1, or set API_KEYS, or ALLOW_ANONYMOUS=true`,
    );
  }
  if (DATABASE_URL?.kind === 'memory' && APP_ENV && APP_ENV !== 'local') {
    problems.push('DATABASE_URL keeps nothing over a restart; memory: is allowed with APP_ENV=local only');
  }
  return problems;
}

/** A service could not tell unsigned calls from anybody's. */
function taskProblems({ HTTP_TASKS_ALLOW, HTTP_TASKS_SECRET }: Values): string[] {
  if (!HTTP_TASKS_ALLOW || HTTP_TASKS_SECRET !== null) return [];
  return [
    `HTTP_TASKS_SECRET is required with HTTP_TASKS_ALLOW; allowed: ${SETTINGS.HTTP_TASKS_SECRET.allowed}`,
  ];
}

function boundProblems({ DATABASE_URL, DATABASE_MAX_BYTES }: Values): string[] {
  if (DATABASE_MAX_BYTES == null || !DATABASE_URL || DATABASE_URL.kind === 'sqlite') return [];
  return ['DATABASE_MAX_BYTES bounds a file, and DATABASE_URL names none; allowed: sqlite:<path>'];
}

function placeProblems({ WORKFLOWS_DIR, DATABASE_URL, LOG_FILE }: Values, directory: string): string[] {
  const problems: string[] = [];
  if (WORKFLOWS_DIR && kindOf(resolve(directory, WORKFLOWS_DIR)) !== 'directory') {
    problems.push(
      `WORKFLOWS_DIR (${JSON.stringify(WORKFLOWS_DIR)}) is not there; allowed: ${SETTINGS.WORKFLOWS_DIR.allowed}`,
    );
  }
  if (DATABASE_URL?.kind === 'sqlite' && kindOf(resolve(directory, DATABASE_URL.path)) === 'directory') {
    problems.push(`DATABASE_URL names a directory, not a file; allowed: ${DATABASE_ALLOWED}`);
  }
  if (LOG_FILE && kindOf(resolve(directory, LOG_FILE)) === 'directory') {
    problems.push(
      `LOG_FILE (${JSON.stringify(LOG_FILE)}) is a directory; allowed: ${SETTINGS.LOG_FILE.allowed}`,
    );
  }
  return problems;
}

function kindOf(path: string): 'directory' | 'other' | 'absent' {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'other';
  } catch {
    // Absent, or behind a directory that may not be read: it cannot be used either way.
    return 'absent';
  }
}
