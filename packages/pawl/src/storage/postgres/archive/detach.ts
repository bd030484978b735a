import type { Clock } from '../../../ports/clock.ts';
import { isTransient } from '../connection/errors.ts';
import type { Sender, Session, Statement } from '../connection/pool.ts';
import type { Month } from '../months.ts';
import { attachPart, makePart, PARTS_LOCK } from '../writer/partitions.ts';
import type { Inspection } from './inspect.ts';
import { addPart, type DetachedPart, nextPart } from './parts.ts';
import { hasMovedSince, lookOn } from './positions.ts';

/** Whoever commits or reads events waits so long at most for an attempt that does not come to its lock, milliseconds. */
const LOCK_MS = 200;
/** Between two attempts, milliseconds. */
const PAUSE_MS = 500;
/** A transaction that has lasted so long is waited for without an attempt, milliseconds: those of Pawl itself take a few. */
const LONG_MS = 1_000;
/** How long others are waited for in all, milliseconds: a backup may take hours, and is better waited for outside. */
const PATIENCE_MS = 600_000;

const ATTEMPT: Statement = { name: 'archive-lock-timeout', text: `SET LOCAL lock_timeout = ${LOCK_MS}` };
const LOCK_EVENTS: Statement = {
  name: 'archive-lock-events',
  text: 'LOCK TABLE ONLY events IN ACCESS EXCLUSIVE MODE',
};
/** Where the user may not see since when others have been at it, they are not found here, and the attempt finds them. */
const HOLDERS: Statement = {
  name: 'archive-holders',
  text: `SELECT a.pid, a.application_name AS name, max(extract(epoch FROM clock_timestamp() - a.xact_start) * 1000)::bigint AS ms
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
      AND l.relation IN ('events'::regclass, to_regclass($1)) AND l.granted AND a.pid <> pg_backend_pid()
      AND a.xact_start < clock_timestamp() - interval '${LONG_MS} ms'
    GROUP BY a.pid, a.application_name ORDER BY 3 DESC`,
};

/** Somebody whose transaction has used the events for long. */
export interface Holder {
  readonly pid: number;
  /** As it has named itself to the database. */
  readonly name: string;
  /** How long the transaction has lasted, milliseconds. */
  readonly ms: number;
}

export type DetachVerdict =
  | { readonly kind: 'detached'; readonly part: DetachedPart }
  /** An order of the month has moved since the inspection. */
  | { readonly kind: 'moved' }
  /** Others have used the events for all the time that was waited. */
  | { readonly kind: 'held'; readonly holders: readonly Holder[] };

export interface Detaching {
  readonly session: Session;
  readonly clock: Clock;
  readonly month: Month;
  readonly inspection: Inspection;
  readonly now: number;
  /** Told each time that somebody is waited for. */
  readonly waiting: (holders: readonly Holder[]) => void;
}

/**
 * Takes a part out of the events and puts an empty one in its place, in one transaction: there is no moment at which an order of the
 * month could not write. That takes the events for itself, for a few milliseconds. Whoever has used them for long is waited for
 * before that, and who comes between keeps the others waiting for LOCK_MS at most: then the attempt is given up for a while.
 */
export async function detachPart(detaching: Detaching): Promise<DetachVerdict> {
  const { session, clock, month, inspection, waiting } = detaching;
  let lookedUntil: number | null = inspection.lookedUntil;
  for (const until = clock.monotonic() + PATIENCE_MS; ; ) {
    lookedUntil = await lookOn(session, month, lookedUntil);
    if (lookedUntil === null) return { kind: 'moved' };
    const holders = await session.query<Holder>(HOLDERS, [month.part]);
    const part = holders.length > 0 ? null : await attempt(detaching, lookedUntil);
    if (part === 'moved') return { kind: 'moved' };
    if (part !== null) return { kind: 'detached', part };
    if (clock.monotonic() >= until) return { kind: 'held', holders };
    waiting(holders);
    await clock.sleep(PAUSE_MS);
  }
}

/** Null if another has used the events at that moment. */
async function attempt(
  { session, month, inspection, now }: Detaching,
  lookedUntil: number,
): Promise<DetachedPart | 'moved' | null> {
  try {
    return await session.transaction(async (sender) => {
      await sender.query(ATTEMPT);
      await sender.query(PARTS_LOCK);
      const empty = await makePart(sender, `${month.part}_next`);
      await sender.query(LOCK_EVENTS);
      // From here on nobody can write an event, and whoever has written one has committed.
      if (await hasMovedSince(sender, month, lookedUntil)) throw new Moved();
      const part = { ...(await nextPart(sender, month)), ...countsOf(inspection), detachedAt: now };
      await replacePart(sender, month, part.table, empty);
      await addPart(sender, part);
      return part;
    });
  } catch (error) {
    if (error instanceof Moved) return 'moved';
    if (isTransient(error)) return null;
    throw error;
  }
}

/** Ends the transaction with nothing done. */
class Moved extends Error {}

function countsOf({ orders, events, lastPosition }: Inspection) {
  return { orders, events, lastPosition };
}

async function replacePart(sender: Sender, month: Month, archived: string, empty: string): Promise<void> {
  const run = (text: string) => sender.query({ name: '', text });
  await run(`ALTER TABLE events DETACH PARTITION ${month.part}`);
  await run(`ALTER TABLE ${month.part} RENAME TO ${archived}`);
  await run(`ALTER TABLE ${empty} RENAME TO ${month.part}`);
  await attachPart(sender, month, month.part);
}
