import { StoreFullError, StoreUnavailableError } from 'pawl';
import { describe, expect, it } from 'vitest';
import { startProblem } from './start-problem.ts';

const AT = { host: '127.0.0.1', port: 8000 } as const;
const SQLITE = { ...AT, database: { kind: 'sqlite', path: 'pawl.db' } } as const;
const POSTGRES = {
  ...AT,
  database: { kind: 'postgres', url: 'postgres://db/pawl', schema: undefined, poolSize: undefined },
} as const;

describe('a server that does not start', () => {
  const full = new StoreFullError('opening the database', { cause: new Error('no room') });

  it('names the bound of the file, or the disk, where no more fits into the file', () => {
    expect(startProblem(full, SQLITE)).toBe('DATABASE_MAX_BYTES, or the disk: opening the database: no room');
  });

  it('names the disk alone where the database is of PostgreSQL, which no setting of ours bounds', () => {
    expect(startProblem(full, POSTGRES)).toBe('the disk of the database: opening the database: no room');
  });

  it('names the database that cannot be had', () => {
    const away = new StoreUnavailableError('connecting', { cause: new Error('refused') });
    expect(startProblem(away, POSTGRES)).toBe('DATABASE_URL: connecting: refused');
  });

  it('names the address that cannot be listened on', () => {
    const taken = Object.assign(new Error('listen'), { syscall: 'listen', code: 'EADDRINUSE' });
    expect(startProblem(taken, SQLITE)).toBe(
      'APP_HOST and APP_PORT (127.0.0.1, 8000) cannot be listened on: another program listens there',
    );
  });
});
