import type { Bench } from '../bench.ts';
import { bulk } from './bulk.ts';
import { embedded } from './embedded.ts';
import { growth } from './growth.ts';
import { hot } from './hot.ts';
import { keyed } from './keyed.ts';
import { lastPieces } from './last-pieces.ts';
import { memory } from './memory.ts';
import { nodes } from './nodes.ts';
import { paced } from './paced.ts';
import { sagas } from './sagas.ts';
import { seed } from './seed.ts';
import { size } from './size.ts';
import { start } from './start.ts';
import { timers } from './timers.ts';
import { transitions } from './transitions.ts';

/** By name, in the order in which they run. */
export const BENCHES: Readonly<Record<string, Bench>> = {
  start,
  transitions,
  nodes,
  hot,
  keyed,
  paced,
  embedded,
  sagas,
  lastPieces,
  bulk,
  growth,
  seed,
  size,
  memory,
  timers,
};
