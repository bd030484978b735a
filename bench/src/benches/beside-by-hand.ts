import type { Bench, Figure, Setting } from '../bench.ts';
import type { Database } from '../stores/database.ts';
import { withDatabase } from '../stores/open.ts';

type Measure = (database: Database, setting: Setting) => Promise<Figure[]>;

/** A bench on either store; on PostgreSQL the hand-written way is measured first, in the same database server. */
export function besideByHand(byHand: Measure, byPawl: Measure): Bench {
  return {
    stores: ['sqlite', 'postgres'],
    run: (setting) =>
      withDatabase(setting.store, async (database) => {
        const hand = setting.store === 'postgres' ? await byHand(database, setting) : [];
        return [...hand, ...(await byPawl(database, setting))];
      }),
  };
}
