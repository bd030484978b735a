import { StoreFullError, StoreUnavailableError } from 'pawl';
import type { Config } from '../config.ts';

/** Why the server did not start: the setting to look at, with what the system said. */
export function startProblem(error: NodeJS.ErrnoException, { host, port, database }: StartedWith): string {
  if (error.syscall === 'listen' || error.syscall === 'getaddrinfo') {
    const reason = error.code === 'EADDRINUSE' ? 'another program listens there' : error.message;
    return `APP_HOST and APP_PORT (${host}, ${port}) cannot be listened on: ${reason}`;
  }
  if (error instanceof StoreFullError) {
    const bound = database.kind === 'sqlite' ? 'DATABASE_MAX_BYTES, or the disk' : 'the disk of the database';
    return `${bound}: ${chainOf(error)}`;
  }
  if (error instanceof StoreUnavailableError) return `DATABASE_URL: ${chainOf(error)}`;
  return `the start failed: ${error.stack ?? error.message}`;
}

type StartedWith = Pick<Config, 'host' | 'port' | 'database'>;

function chainOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${chainOf(error.cause)}` : error.message;
}
