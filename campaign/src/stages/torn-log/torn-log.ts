import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FinalState, History } from 'pawl/testing';
import type { Answered } from '../../drill/callers.ts';
import { Drill } from '../../drill/drill.ts';
import { judge, readDatabase } from '../../drill/judge.ts';
import type { Finding } from '../../findings.ts';
import { fileOf, sqliteDatabase } from '../../subjects/sqlite.ts';
import { auditFile } from '../../subjects/sqlite-audit.ts';
import { copyDatabase, type LogState, readLogState } from '../../subjects/sqlite-log.ts';
import type { Ground, Stage } from '../stage.ts';
import { checkKeys } from './check-keys.ts';
import { checkPrefix } from './check-prefix.ts';
import { TEARS, type Tear } from './tears.ts';

const CLIENTS = 12;
/** Answers under keys before a copy, so that there is something to lose; and how long after them, at most, milliseconds. */
const ANSWERED_MIN = 40;
const BEFORE_COPY_MS = 2_000;
const LOOK_MS = 50;

export interface TornLogOptions {
  /** How often the running database is copied. */
  readonly moments?: number;
  /** What is done to each copy. */
  readonly tears?: readonly (keyof typeof TEARS)[];
}

/**
 * Copies of a loaded database at moments of its life, its log torn: opened, each is a consistent beginning of what the database
 * became, and lacks nothing that was acknowledged unless it was cut off.
 */
export function tornLog({
  moments = 3,
  tears = Object.keys(TEARS) as (keyof typeof TEARS)[],
}: TornLogOptions = {}): Stage {
  return {
    name: 'torn-log',
    async run(ground) {
      const { chance, until } = ground;
      const drill = await Drill.begin(ground, { clients: CLIENTS });
      const copies: Copy[] = [];
      while (copies.length < moments && performance.now() < until) {
        await haveAnswered(drill, ANSWERED_MIN * (copies.length + 1), until);
        await sleep(chance.fraction() * BEFORE_COPY_MS);
        copies.push(await copyRunning(drill, join(ground.dir, `copy-${copies.length}`)));
      }
      const { counts, findings, final } = await drill.end();
      const counted = { copies: 0, 'events cut off': 0, 'keys asked again': 0 };
      const found: Finding[] = [...findings];
      for (const copy of copies) {
        let whole = 0;
        for (const name of tears) {
          const torn = await tear(copy, name, { real: final, env: drill.env, ground });
          counted.copies++;
          counted['keys asked again'] += torn.keys;
          whole = Math.max(whole, torn.events);
          counted['events cut off'] += whole - torn.events;
          found.push(...torn.findings.map((one) => ({ ...one, detail: `a copy, ${name}: ${one.detail}` })));
        }
      }
      return { counts: { ...counted, ...counts }, findings: found };
    },
  };
}

async function haveAnswered({ callers }: Drill, count: number, until: number): Promise<void> {
  while (callers.answered().length < count && performance.now() < until) await sleep(LOOK_MS);
}

/** A running database at one moment. */
interface Copy {
  readonly path: string;
  readonly state: LogState;
  /** What everybody had been told by then. */
  readonly history: History;
  /** Wishes that had been answered under their keys by then. */
  readonly answered: readonly Answered[];
}

/** Nothing is written while it is copied: the server stands still. */
async function copyRunning(drill: Drill, dir: string): Promise<Copy> {
  const from = fileOf(drill.database);
  const path = join(dir, 'pawl.db');
  mkdirSync(dir, { recursive: true });
  const [node] = drill.nodes;
  await node?.freeze();
  try {
    copyDatabase(from, path, { index: true });
    return { path, state: readLogState(from), history: drill.history(), answered: drill.callers.answered() };
  } finally {
    node?.thaw();
  }
}

interface Torn {
  readonly findings: readonly Finding[];
  readonly events: number;
  readonly keys: number;
}

interface TearTools {
  /** What the database has become. */
  readonly real: FinalState;
  /** What its servers were told. */
  readonly env: Readonly<Record<string, string>>;
  readonly ground: Ground;
}

async function tear(copy: Copy, name: keyof typeof TEARS, { real, env, ground }: TearTools): Promise<Torn> {
  const { loses, index, apply }: Tear = TEARS[name];
  const { processes, chance } = ground;
  const dir = join(copy.path, '..', name.replaceAll(/\W/g, '-'));
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'pawl.db');
  copyDatabase(copy.path, path, { index });
  apply(path, copy.state, chance);
  const database = sqliteDatabase(path);
  const final = await readDatabase(database);
  const history = loses ? forgetful(copy.history) : copy.history;
  const told = { processes, dir, env: { ...env, DATABASE_URL: database.url } };
  const keys = loses ? await checkKeys(copy.answered, final, told) : NO_KEYS;
  return {
    findings: [
      ...judge(history, final, { atRest: false, dir }),
      ...checkPrefix(final, real),
      ...(await auditFile(path)),
      ...keys.findings,
    ],
    events: final.orders.reduce((sum, { trail }) => sum + trail.length, 0),
    keys: keys.asked,
  };
}

const NO_KEYS = { asked: 0, findings: [] } as const;

/** Of what was acknowledged nothing need be there, and of what was done outside nothing need be known. */
function forgetful({ calls, stockCalls, ...history }: History): History {
  return {
    ...history,
    calls: calls.map((call) => ({ ...call, endedAt: null, answer: { kind: 'unknown' } })),
    stockCalls: stockCalls.map((call) => ({ ...call, answer: 'unknown' })),
    reads: [],
    attempts: [],
    effects: [],
    watched: [],
    subscriptions: [],
  };
}
