import { type LocalPostgres, startPostgres } from '@pawl/local-postgres';
import { afterAll, beforeAll } from 'vitest';
import type { Clock } from '../../ports/clock.ts';
import { exerciseStore } from '../contract/index.ts';
import { openPostgresStore } from './index.ts';

let server: LocalPostgres;
let schemas = 0;
beforeAll(async () => {
  // Nothing here outlives the server: what a crash leaves is tested elsewhere.
  server = await startPostgres({ settings: { fsync: 'off' } });
});
afterAll(() => server.remove());

function open(clock: Clock) {
  return openPostgresStore({ url: server.url, schema: `test_${schemas}`, clock });
}

exerciseStore({
  name: 'postgres',
  async open(clock) {
    schemas++;
    return open(clock);
  },
  async reopen(store, clock) {
    await store.close();
    return open(clock);
  },
});
