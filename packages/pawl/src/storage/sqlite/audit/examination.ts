import type { StoreExamination } from '../../../ports/audit.ts';
import type { Clock } from '../../../ports/clock.ts';
import { systemClock } from '../../../ports/system.ts';
import { Examiner } from '../reader/examination/examine.ts';
import { Points } from '../reader/points.ts';
import { openForAudit } from './open.ts';

/**
 * Opens a database to be examined, read-only: beside a running process, or a copy. Reads on the caller's thread.
 * @throws {Error} if it cannot be read or has another schema.
 */
export function openSqliteExamination(path: string, clock: Clock = systemClock): StoreExamination {
  const database = openForAudit(path);
  const points = new Points(database);
  const examiner = new Examiner(database);
  return {
    now: () => clock.now(),
    examine: (query) => examiner.examine(query, clock.now(), NOBODY_ELSE),
    load: async (keys) => points.orders(keys),
    definitions: async (after) => points.definitions(after),
    close: async () => database.close(),
  };
}

/** Nobody else reads by this connection. */
const NOBODY_ELSE = async (): Promise<void> => undefined;
