import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries } from './binaries.ts';

export interface LocalPostgresOptions {
  /** `14` to `18`; default: the version that is a dependency. Another must be installed as `postgres-<major>-<platform>`. */
  readonly major?: string | undefined;
  /** Where its data is to lie: a folder that is there, and that every user may enter. Default: one for temporary files. */
  readonly within?: string | undefined;
  /** Where its write-ahead log is to lie, likewise. Default: with its data. */
  readonly logWithin?: string | undefined;
  /** Lines of postgresql.conf, by name. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** A PostgreSQL server of its own, on the loopback address, whose data goes with it. */
export interface LocalPostgres {
  /** `postgres://postgres@127.0.0.1:<port>/postgres` */
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** Of its first process; null while it does not run. */
  readonly pid: number | null;
  /** What the server has written to its log. */
  log(): string;
  /** Tells of all that it writes to its log from now on, in pieces of any length, and `log` keeps none of it: it may be too much. */
  onLog(listener: (text: string) => void): void;
  /** Starts it again on the same data after `stop`, `crash` or `kill`. */
  start(): Promise<void>;
  /** Ends it: `fast` breaks off transactions and connections, `immediate` does not even tidy up. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** Ends it without any warning, as a machine would that loses its power. */
  kill(): Promise<void>;
  /** Ends it for good and deletes its data. */
  remove(): Promise<void>;
}

/** The user that PostgreSQL runs as where we are root: it refuses to be root itself. */
const NOBODY = 65_534;
/** A start takes 30 ms; after a crash the log is replayed first. */
const START_MS_MAX = 60_000;
/** How long it may take to end before it is ended. */
const STOP_MS_MAX = 30_000;

/** Good for tests: settings of a small server that starts quickly. fsync stays on. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "'127.0.0.1'",
  unix_socket_directories: "''",
  max_connections: '200',
  log_line_prefix: "'%m [%p] '",
};

/** Makes a database cluster and starts a server on it. */
export async function startPostgres(options: LocalPostgresOptions = {}): Promise<LocalPostgres> {
  const binaries = findBinaries(options.major);
  const root = mkdtempSync(join(options.within ?? tmpdir(), 'pawl-postgres-'));
  const dataDir = join(root, 'data');
  const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const logDir = mkdtempSync(join(options.logWithin ?? root, 'log-'));
  mkdirSync(dataDir, { mode: 0o700 });
  if (process.getuid?.() === 0) for (const dir of [root, dataDir, logDir]) chownSync(dir, NOBODY, NOBODY);
  const args = [
    '-D',
    dataDir,
    '-U',
    'postgres',
    '--waldir',
    logDir,
    '--auth=trust',
    '--no-sync',
    '--encoding=UTF8',
    '--locale=C',
  ];
  const made = spawnSync(binaries.initdb, args, { ...as, cwd: root, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb has failed: ${made.error?.message ?? made.stderr}`);
  const port = await freePort();
  const settings = { ...SETTINGS, ...options.settings, port: String(port) };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  appendFileSync(join(dataDir, 'postgresql.conf'), lines.join(''));
  const logs: string[] = [];
  let listener: (text: string) => void = (text) => void logs.push(text);
  let child: ChildProcess | null = null;
  let keeper: ChildProcess | null = null;

  async function start(): Promise<void> {
    const started = spawn(binaries.postgres, ['-D', dataDir], {
      ...as,
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    keeper = keep(started);
    started.stderr.setEncoding('utf8').on('data', (text: string) => listener(text));
    await ready(started, logs);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    if (ending === null) return;
    child = null;
    // First: of a process that has ended the number may become another's.
    keeper?.kill('SIGKILL');
    if (ending.exitCode !== null || ending.signalCode !== null) return;
    const exit = once(ending, 'exit');
    ending.kill(signal);
    const impatient = setTimeout(() => ending.kill('SIGKILL'), STOP_MS_MAX);
    await exit;
    clearTimeout(impatient);
  }

  async function kill(): Promise<void> {
    // The processes of connections go with the first one; some may still hold the shared memory for a moment.
    const backends = pidsOf(dataDir);
    await end('SIGKILL');
    for (const pid of backends) tryKill(pid);
  }

  await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    dataDir,
    get pid() {
      return child?.pid ?? null;
    },
    log: () => logs.join(''),
    onLog: (other) => {
      listener = other;
    },
    start,
    stop: (mode) => end(mode === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    kill,
    async remove() {
      await end('SIGQUIT');
      for (const dir of [root, logDir]) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Ends it when this process has gone, however that has ended: the pipe between them closes. */
function keep({ pid }: ChildProcess): ChildProcess {
  const script = 'read -r nothing; kill -QUIT "$1"';
  const keeper = spawn('sh', ['-c', script, 'keeper', String(pid)], { stdio: ['pipe', 'ignore', 'ignore'] });
  keeper.unref();
  return keeper;
}

async function ready(child: ChildProcess, logs: readonly string[]): Promise<void> {
  const from = logs.length;
  const until = Date.now() + START_MS_MAX;
  while (Date.now() < until) {
    if (logs.slice(from).join('').includes('ready to accept connections')) return;
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`PostgreSQL has not started: ${logs.slice(from).join('')}`);
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The server's other processes, by what the system says of their parents. */
function pidsOf(dataDir: string): readonly number[] {
  try {
    const [first] = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    const found = spawnSync('ps', ['-o', 'pid=', '--ppid', first ?? ''], { encoding: 'utf8' });
    return found.stdout
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
