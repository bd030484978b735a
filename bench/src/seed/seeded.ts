import type { Database, StoreName } from '../stores/database.ts';
import { openDatabase } from '../stores/open.ts';
import { Plan } from './history.ts';
import { seedPostgres } from './postgres.ts';
import { prepare } from './prepare.ts';
import { verifySample } from './sample.ts';
import { seedSqlite } from './sqlite.ts';

/** A database full of orders, kept for all who want one of that size until the run ends. */
export interface Seeded {
  readonly database: Database;
  readonly count: number;
  /** The order of that number, from 0, the oldest, to below `count`. */
  orderId(index: number): string;
  /** How long it took to write them. */
  readonly seconds: number;
  /** Orders whose chains were read back and found whole. */
  readonly verified: number;
}

const held = new Map<string, Promise<Seeded>>();

/** Seeds at the first call and gives the same database to the others. */
export function seeded(store: StoreName, count: number): Promise<Seeded> {
  const key = `${store} ${count}`;
  const found = held.get(key) ?? seed(store, count);
  held.set(key, found);
  return found;
}

/** Removes all that was seeded. */
export async function removeSeeded(): Promise<void> {
  const all = await Promise.allSettled(held.values());
  held.clear();
  for (const one of all) if (one.status === 'fulfilled') await one.value.database.remove();
}

async function seed(store: StoreName, count: number): Promise<Seeded> {
  const database = await openDatabase(store);
  try {
    const { url } = database;
    const names = await prepare(url);
    const plan = new Plan(names, count, Date.now());
    const began = performance.now();
    if (store === 'sqlite') seedSqlite(url.slice('sqlite:'.length), plan, names, count);
    else await seedPostgres(url, plan, names, count);
    const seconds = (performance.now() - began) / 1000;
    const verified = await verifySample(url, plan, names.tenant, count);
    return { database, count, orderId: (index) => plan.orderId(index), seconds, verified };
  } catch (error) {
    await database.remove();
    throw error;
  }
}
