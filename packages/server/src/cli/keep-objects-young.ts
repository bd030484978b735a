import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

/**
 * V8 takes a place in the code whose objects have outlived collections, as those of bulk calls do, to go on making such, and makes
 * them in the old space from then on. There each keeps its whole request alive until a full collection: half of what requests
 * leave behind was copied into the old space, and pauses took three times as long (docs/BENCHMARKS.md). This keeps V8 from it. To be
 * called when all code is loaded: code that was compiled under other flags is not taken from the cache, and a start takes longer.
 */
export function keepObjectsYoung(): void {
  flushCompileCache();
  setFlagsFromString('--no-allocation-site-pretenuring');
}
