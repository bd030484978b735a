import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CreateCommand } from 'pawl';
import type { Chance } from 'pawl/testing';
import type { Drill } from '../../drill/drill.ts';
import { wishToCreate } from '../../drill/wish.ts';
import { finding } from '../../findings.ts';
import type { ServerNode } from '../../processes/server-node.ts';

/** Beyond its bound a file may have some pages of an index: bytes. */
const SLACK_BYTES = 262_144;
/** Bytes of a large order, of which a few hundred fill a database; they cannot be compressed. */
const LARGE_BYTES = 6_000;
/** Milliseconds until it must be full: else the bound has no effect. */
const FILL_MS_MAX = 60_000;
/** A fault of the store may be logged once in so many milliseconds, and once at each start. */
const LOGGED_EVERY_MS = 10_000;

/** Creates large orders until the server says that it is full. False if it never does. */
export async function fill(drill: Drill, chance: Chance): Promise<boolean> {
  const { callers, findings } = drill;
  for (const until = performance.now() + FILL_MS_MAX; performance.now() < until; ) {
    const who = { client: 'stuffer', key: null };
    await Promise.all(
      Array.from({ length: 8 }, () => callers.call(wishToCreate('retail', largeOrder(), who), chance)),
    );
    const health = await callers.send({ method: 'GET', path: '/health' }, chance);
    if (health?.body['database'] === 'full') return true;
  }
  findings.add(finding('bound-ignored', 'the database has a bound, and never says that it is full'));
  return false;
}

function largeOrder(): CreateCommand {
  return {
    kind: 'create',
    externalId: null,
    customerId: null,
    currency: 'EUR',
    items: [{ sku: 'A', qty: 1, price: '9.99' }],
    metadata: { note: randomBytes(LARGE_BYTES).toString('base64') },
  };
}

/** While nothing fits in: commands are refused with what to do, reads are answered, and the log does not repeat it for each call. */
export async function watchFull(
  drill: Drill,
  bound: number | null,
  ms: number,
  chance: Chance,
): Promise<void> {
  const { callers, findings, database } = drill;
  const logged = drill.nodes.map(faultLines);
  const refused = callers.codes.get('store-full') ?? 0;
  const began = performance.now();
  do {
    await fill(drill, chance);
    for (const [path, status, database_] of PROBES) {
      const answer = await callers.send({ method: 'GET', path }, chance);
      const state = answer?.body['database'];
      if (answer?.status === status && state === database_) continue;
      const told =
        answer === null ? 'nothing' : `${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`;
      findings.add(finding('full-and-silent', `GET ${path} of a full server answered ${told}`));
    }
    await sleep(100);
  } while (performance.now() - began < ms);
  if ((callers.codes.get('store-full') ?? 0) === refused)
    findings.add(finding('full-and-silent', 'nobody was told that the store is full'));
  const bytes = database.bytes();
  if (bytes !== null && bound !== null && bytes > bound + SLACK_BYTES)
    findings.add(finding('bound-ignored', `the database takes ${bytes} bytes of ${bound}`));
  const most = 2 + (performance.now() - began) / LOGGED_EVERY_MS;
  for (const [index, node] of drill.nodes.entries()) {
    const lines = faultLines(node) - (logged[index] ?? 0);
    if (lines > most)
      findings.add(finding('log-flooded', `${node.name} has told ${lines} times that it is full`));
  }
}

/** What reads, and what tells of the process, with the answer that is true while it is full. */
const PROBES: readonly (readonly [path: string, status: number, database?: string])[] = [
  ['/health', 503, 'full'],
  ['/readyz', 200],
  ['/livez', 200],
  ['/orders?limit=1', 200],
  ['/orders?status=CREATED&limit=1', 200],
  ['/events?limit=1', 200],
  ['/stock/A', 200],
  ['/tasks?limit=1', 200],
  ['/dead-letters?limit=1', 200],
];

function faultLines({ logFile }: ServerNode): number {
  return readFileSync(logFile, 'utf8').split('"error":{"type":"StoreFullError"').length - 1;
}
