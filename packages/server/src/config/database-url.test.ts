import { describe, expect, it } from 'vitest';
import { databaseName, parseDatabaseUrl, type SharedDatabase } from './database-url.ts';

describe('DATABASE_URL (R2.10, R1.07)', () => {
  it.each([
    ['sqlite:./data/pawl.db', './data/pawl.db'],
    ['sqlite:pawl.db', 'pawl.db'],
    ['sqlite:/var/lib/pawl.db', '/var/lib/pawl.db'],
    ['sqlite:///var/lib/pawl.db', '/var/lib/pawl.db'],
    ['sqlite:////var/lib/pawl.db', '/var/lib/pawl.db'],
    ['sqlite:///./data/pawl.db', './data/pawl.db'],
    ['SQLite:data/100%.db', 'data/100%.db'],
  ])('reads %s as the file %s', (url, path) => {
    expect(parseDatabaseUrl(url)).toEqual({ ok: true, value: { kind: 'sqlite', path } });
  });

  it.each([
    ['postgres://ann:a%2Fb@db:5433/shop', 'postgres://ann:a%2Fb@db:5433/shop', {}],
    ['postgresql://db/shop?sslmode=require', 'postgresql://db/shop?sslmode=require', {}],
    [
      'Postgres://db/shop?schema=orders&sslmode=require',
      'postgres://db/shop?sslmode=require',
      { schema: 'orders' },
    ],
    ['postgres://db/shop?pool=200', 'postgres://db/shop', { poolSize: 200 }],
  ])('reads %s as a PostgreSQL database', (text, url, ours) => {
    const value = { kind: 'postgres', url, schema: undefined, poolSize: undefined, ...ours };
    expect(parseDatabaseUrl(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['sqlite:./data/pawl.db', './data/pawl.db'],
    ['postgres://ann:hunter2@db:5433/shop?sslmode=require', 'postgres://db:5433/shop'],
    ['postgres://db/shop?user=ann&password=hunter2', 'postgres://db/shop'],
  ])('is named without what it holds of a password: %s', (url, name) => {
    const parsed = parseDatabaseUrl(url);
    expect(databaseName((parsed as { readonly value: SharedDatabase }).value)).toBe(name);
  });

  it('reads memory: as a store that keeps nothing', () => {
    expect(parseDatabaseUrl('memory:')).toEqual({ ok: true, value: { kind: 'memory' } });
  });

  it.each([
    ['postgresql+asyncpg://user:hunter2@db/pawl', 'names a driver'],
    ['postgres://user:hunter2@db', 'names no database'],
    ['postgres://user:hunter2@db/', 'names no database'],
    ['postgres://user:hunter2@db:x/pawl', 'is no URL'],
    ['postgres://user:hunter2@db/pawl?schema=A-1', 'names a schema'],
    ['postgres://user:hunter2@db/pawl?pool=0', 'has a pool'],
    ['postgres://user:hunter2@db/pawl?options=-c%20geqo%3Doff', 'has options'],
    ['postgres://user:hunter2@db/pawl?pool=201', 'has a pool'],
    ['postgres://user:hunter2@db/pawl?pool=many', 'has a pool'],
    ['mongodb://user:hunter2@db/pawl', 'MongoDB database, which is not supported'],
    ['mongodb+srv://user:hunter2@db/pawl', 'MongoDB database, which is not supported'],
    ['mysql://user:hunter2@db/pawl', 'unknown scheme mysql:'],
    ['./data/hunter2.db', 'has no scheme'],
    ['sqlite:', 'names no file'],
    ['sqlite://host/hunter2.db', 'names a host'],
    ['sqlite::memory:', 'memory:'],
    ['sqlite:hunter2.db?mode=ro', 'has parameters'],
    ['sqlite:./hunter2/', 'names a directory'],
    ['memory:hunter2', 'has text after'],
  ])('refuses %s and does not repeat it', (url, reason) => {
    const parsed = parseDatabaseUrl(url);
    expect(parsed).toMatchObject({ ok: false, detail: expect.stringContaining(reason) });
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });
});
