import type { Clock } from '../../../ports/clock.ts';
import { type StoredDefinition, StoreUnavailableError } from '../../../ports/store.ts';
import { systemClock } from '../../../ports/system.ts';
import { ADVISORY_LOCKS } from '../connection/advisory-locks.ts';
import { storeError } from '../connection/errors.ts';
import { Pool, type Session, type Statement } from '../connection/pool.ts';
import { schemaNamed } from '../connection/schema-name.ts';
import { SmallNumbers } from '../connection/small-numbers.ts';
import { requireSchema } from '../migrate.ts';
import type { Month } from '../months.ts';
import { Registry } from '../writer/registry.ts';
import { type DetachVerdict, detachPart, type Holder } from './detach.ts';
import { type Inspection, inspectPart, type PartQuery } from './inspect.ts';
import { type ArchivedEvent, pagesOf } from './pages.ts';
import { type DetachedPart, dropPart, sealPart, unfinishedParts } from './parts.ts';
import { trimFeed } from './trim.ts';

const NOW: Statement = {
  name: 'archive-now',
  text: 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now',
};
/** Held as long as the session: two that archive at the same time would write the same files. */
const LOCK: Statement = {
  name: 'archive-lock',
  text: `SELECT pg_try_advisory_lock(${ADVISORY_LOCKS.archive}, hashtext(current_schema())) AS locked`,
};

export interface PostgresArchiveOptions {
  /** `postgres://user:password@host:5432/database` */
  readonly url: string;
  /** The schema that the tables lie in; default `pawl`. */
  readonly schema?: string | undefined;
  /** Measures what is waited for. Default: the system's. */
  readonly clock?: Clock | undefined;
}

/** Detaches parts of the events of a database in use, and hands out what is to be archived of them. */
export interface PostgresArchive {
  /** By the database's clock, milliseconds since the epoch. */
  now(): Promise<number>;
  definitions(): Promise<readonly StoredDefinition[]>;
  /** What is in a part and what stands in the way of detaching it. Detaches nothing. */
  inspect(query: PartQuery): Promise<Inspection>;
  /** Detaches a part that was inspected and has nothing in its way. */
  detach(
    month: Month,
    inspection: Inspection,
    waiting: (holders: readonly Holder[]) => void,
  ): Promise<DetachVerdict>;
  /** Parts of the month that were detached, and whose archive is not sealed or whose table is still there; oldest first. */
  unfinished(month: Month): Promise<readonly DetachedPart[]>;
  /** All events of a detached part whose table is still there, by tenant, order and version. */
  pages(part: DetachedPart): AsyncIterable<readonly ArchivedEvent[]>;
  /** Remembers that the archive of the part is written, verified and has this SHA-256. */
  seal(part: DetachedPart, sha256: string): Promise<void>;
  /** Deletes the events of a sealed part. */
  drop(part: DetachedPart): Promise<void>;
  /** Deletes what the feed keeps from before its beginning, batch by batch; gives how many rows are gone. */
  trim(): AsyncIterable<number>;
}

/**
 * Does the work on a database, alone: a second one is refused.
 * @throws StoreUnavailableError if the database cannot be reached, is not ours or of another schema, or is being archived.
 */
export async function withPostgresArchive<T>(
  options: PostgresArchiveOptions,
  work: (archive: PostgresArchive) => Promise<T>,
): Promise<T> {
  const { url, clock = systemClock } = options;
  const schema = schemaNamed(options.schema);
  const pool = new Pool({ url, schema, size: 1, name: 'archive', clock });
  try {
    return await pool.session(async (session) => {
      const archive = await begin(session, schema, clock).catch((error: unknown) => {
        throw storeError('opening the database', error);
      });
      return work(archive);
    });
  } finally {
    await pool.close();
  }
}

async function begin(session: Session, schema: string, clock: Clock): Promise<PostgresArchive> {
  await requireSchema(session, schema);
  const [row] = await session.query<{ locked: boolean }>(LOCK);
  if (row?.locked !== true)
    throw new StoreUnavailableError(
      'another process archives history of this database: wait until it has ended',
    );
  const registry = new Registry(session);
  const numbers = new SmallNumbers(session);
  const now = async () => (await session.query<{ now: number }>(NOW))[0]?.now ?? 0;
  return {
    now,
    definitions: () => registry.definitions(0),
    inspect: async (query) => inspectPart(session, query, await now()),
    detach: async (month, inspection, waiting) =>
      detachPart({ session, clock, month, inspection, waiting, now: await now() }),
    unfinished: (month) => unfinishedParts(session, month),
    pages: (part) => pagesOf(session, numbers, part),
    seal: (part, sha256) => sealPart(session, part, sha256),
    drop: (part) => dropPart(session, part),
    trim: () => trimFeed(session),
  };
}
