// Runs a JavaScript or TypeScript file of this repository with the pinned Node.js, after an install if one is due:
//
//   node scripts/run.mjs <file> [argument…]
//
// It must itself run on Node.js 20 and without node_modules: plain JavaScript, built-in modules only.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const installed = join(modules, '.package-lock.json');
const pinnedNode = join(modules, 'node', 'bin', 'node');

/** Ctrl-C reaches us twice, from the terminal and from npm; a person's second Ctrl-C comes later than this. */
const SAME_SIGNAL_MS = 300;

if (installIsDue()) install();
// When npm is killed, so are we, and so is the program.
if (process.env.npm_lifecycle_event) await import('./leash.mjs');
run(process.argv.slice(2));

function installIsDue() {
  const [before, wanted] = [installed, join(root, 'package-lock.json')].map((file) =>
    statSync(file, { throwIfNoEntry: false }),
  );
  return !before || !existsSync(pinnedNode) || (wanted !== undefined && wanted.mtimeMs > before.mtimeMs);
}

function install() {
  // Not `npm ci`: it refuses a lockfile that lacks the native tools of some other platform, and it empties node_modules
  // under the feet of whatever still runs there.
  console.error('Installing the dependencies …');
  const npm = process.env.npm_execpath;
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  // Standard output stays free for the program that follows. The engine warnings are about the Node.js that runs npm,
  // not about the one that will run the program.
  const result = spawnSync(program, [...first, 'install', '--no-save', '--include=dev', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
  if (!existsSync(pinnedNode)) {
    console.error(
      'The pinned Node.js is missing: npm was told to run no install scripts. Run: npm rebuild node',
    );
    process.exit(1);
  }
  const now = new Date();
  utimesSync(installed, now, now);
}

function run([file, ...args]) {
  const child = spawn(pinnedNode, ['--import', new URL('leash.mjs', import.meta.url).href, file, ...args], {
    stdio: 'inherit',
    // A process group of its own: a signal to the group of this process then reaches the child once, through us.
    detached: true,
    env: {
      ...process.env,
      PATH: [join(modules, 'node', 'bin'), join(modules, '.bin'), process.env.PATH].join(delimiter),
    },
  });
  const last = new Map();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - (last.get(signal) ?? Number.NEGATIVE_INFINITY) > SAME_SIGNAL_MS) child.kill(signal);
      last.set(signal, now);
    });
  }
  child.on('error', (error) => {
    throw error;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
