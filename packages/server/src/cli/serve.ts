import { systemClock } from 'pawl';
import { compose, type Running } from '../compose.ts';
import { type Config, loadConfig } from '../config.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { type LogSink, openLogSink } from '../telemetry/log-sink.ts';
import { VERSION } from '../version.ts';
import { WORKERS_MAX } from '../workers/limits.ts';
import { supervise } from '../workers/supervise.ts';
import { type Supervisor, supervisorOf } from '../workers/worker.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_UNUSABLE, type Run, type Terminal } from './command.ts';
import { keepObjectsYoung } from './keep-objects-young.ts';
import { startProblem } from './start-problem.ts';

const ONE_WRITER =
  '--workers above 1 needs PostgreSQL: a SQLite database has one process that writes, and keeps two cores busy with it';
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** What a shell reports for a program that a signal has ended. */
const SIGNAL_EXITS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** `pawl serve`: resolves when the server has ended. */
export const serve: Run = async ({ options }, terminal) => {
  const workers = workersOf(options['workers']);
  if (workers === undefined) {
    terminal.err(`pawl: --workers is a whole number from 1 to ${WORKERS_MAX}\n`);
    return EXIT_UNUSABLE;
  }
  const loaded = loadConfig(process.env, process.cwd());
  if (!loaded.ok) return refuse(loaded.problems, terminal);
  const { config } = loaded;
  if (workers > 1 && config.database.kind !== 'postgres') return refuse([ONE_WRITER], terminal);
  let sink: LogSink;
  try {
    sink = openLogSink(config.log.file, (text) => terminal.err(`pawl: ${text}\n`));
  } catch (error) {
    return refuse([`LOG_FILE cannot be written: ${(error as Error).message}`], terminal);
  }
  const log = createLog(config.log.level, sink, systemClock.now);
  endOnFaults(log, sink);
  const supervisor = supervisorOf();
  const program = { config, log, sink, terminal, supervisor };
  const isSupervisor = workers > 1 && supervisor === undefined;
  const code = await (isSupervisor ? serveByWorkers(workers, program) : serveHere(program));
  await sink.close();
  // Nothing that a library may have left behind shall keep a drained process alive.
  process.exit(code);
};

/** What a started program has at hand. */
interface Program {
  readonly config: Config;
  readonly log: Log;
  readonly sink: LogSink;
  readonly terminal: Terminal;
  /** Of a process that is one of some workers. */
  readonly supervisor: Supervisor | undefined;
}

/** The processes asked for, or undefined for what is no such number. */
function workersOf(option: unknown): number | undefined {
  const number = option === undefined ? 1 : /^\d{1,2}$/.test(String(option)) ? Number(option) : Number.NaN;
  return number >= 1 && number <= WORKERS_MAX ? number : undefined;
}

function refuse(problems: readonly string[], terminal: Terminal): number {
  for (const problem of problems) terminal.err(`pawl: ${problem}\n`);
  return EXIT_FAILED;
}

/** The running server, or why there is none. */
async function start(
  config: Config,
  log: Log,
  supervisor: Supervisor | undefined,
): Promise<{ readonly running: Running } | { readonly problems: readonly string[] }> {
  try {
    const composed = await compose(config, log, supervisor);
    return composed.ok ? { running: composed.running } : { problems: composed.problems };
  } catch (error) {
    return { problems: [startProblem(error as NodeJS.ErrnoException, config)] };
  }
}

/** After a bug nothing that we remember can be trusted; what is committed is safe. */
function endOnFaults(log: Log, sink: LogSink): void {
  const end = (error: unknown): void => {
    log.fault('the process ends because of a fault that nobody handled', error);
    sink.closeNow();
    process.exit(EXIT_FAILED);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

/** Resolves with the first signal to end; a second one ends the process at once. */
function firstSignal(log: Log, sink: LogSink): Promise<string> {
  const signalled = Promise.withResolvers<string>();
  let count = 0;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (++count === 1) return signalled.resolve(signal);
      log.warn('ended by a second signal', { signal });
      sink.closeNow();
      process.exit(SIGNAL_EXITS[signal]);
    });
  }
  return signalled.promise;
}

/** The server in this process: alone, or as one of some workers. */
async function serveHere({ config, log, sink, terminal, supervisor }: Program): Promise<number> {
  const started = await start(config, log, supervisor);
  if ('problems' in started) return refuse(started.problems, terminal);
  const { running } = started;
  keepObjectsYoung();
  const signalled = firstSignal(log, sink);
  const address = reachable(running.address);
  log.info('ready', { version: VERSION, address });
  if (supervisor === undefined) announce(address, terminal);
  else supervisor.ready(address);
  const reason = await Promise.race([signalled, ...(supervisor === undefined ? [] : [supervisor.told])]);
  log.info('draining', { signal: reason });
  sink.flushSoon();
  const open = await running.stop();
  if (open.length === 0) log.info('drained');
  else log.warn('ended before all was answered', { open });
  if (open.length > 0) terminal.err(`pawl: ended before all was answered: ${open.join(', ')}\n`);
  return open.length === 0 ? EXIT_OK : EXIT_FAILED;
}

async function serveByWorkers(workers: number, { log, sink, terminal }: Program): Promise<number> {
  const ready = (address: string) => announce(address, terminal);
  const told = firstSignal(log, sink);
  const isWhole = await supervise({ workers, log, clock: systemClock, ready, told });
  return isWhole ? EXIT_OK : EXIT_FAILED;
}

function announce(address: string, terminal: Terminal): void {
  terminal.err(
    `Pawl ${VERSION} is ready: API ${address}, reference ${address}/docs, first calls ${address}/\n`,
  );
}

/** An address that a browser on this machine can open: a wildcard is none. */
function reachable(address: string): string {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}
