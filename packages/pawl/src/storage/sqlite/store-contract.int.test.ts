import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemRandom } from '../../ports/system.ts';
import { exerciseStore } from '../contract/index.ts';
import { openSqliteStore } from './index.ts';

const random = createSystemRandom();
let folder = '';

exerciseStore({
  name: 'sqlite',
  open: async (clock) => {
    folder = mkdtempSync(join(tmpdir(), 'pawl-'));
    return openSqliteStore({ path: join(folder, 'pawl.db'), clock, random });
  },
  reopen: async (store, clock) => {
    await store.close();
    return openSqliteStore({ path: join(folder, 'pawl.db'), clock, random });
  },
  cleanUp: async () => rmSync(folder, { recursive: true }),
});
