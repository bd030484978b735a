import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everybody may pass: a database that does not run as root has its data further down. */
const MODE = 0o711;

/** Makes a folder for what a run leaves behind. */
export function makeHome(name: string): string {
  const home = mkdtempSync(join(tmpdir(), `pawl-${name}-`));
  chmodSync(home, MODE);
  return home;
}
