import { exerciseStore } from '../contract/index.ts';
import { usePostgres } from './test/postgres.ts';

// Nothing here outlives the server: what a crash leaves is tested elsewhere.
const postgres = usePostgres({ fsync: 'off' });

exerciseStore({
  name: 'postgres',
  open: (clock) => postgres.open({ clock }),
  async reopen(store, clock) {
    await store.close();
    return postgres.open({ clock });
  },
});
