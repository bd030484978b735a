#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { Terminal } from './cli/command.ts';

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
};

// Both must come before everything else, which is therefore imported after them; the cache is of code made under the same flags.

// V8 takes a place in the code whose objects have outlived collections, as those of bulk calls do, to go on making such, and makes
// them in the old space from then on. There each keeps its whole request alive until a full collection: half of what requests
// leave behind was copied into the old space, and pauses took three times as long (docs/BENCHMARKS.md).
setFlagsFromString('--no-allocation-site-pretenuring');
// Hundreds of modules are parsed at a start, ours also stripped of their types: remembered, that takes half the time. Where it may
// not write it does nothing. The folder is ours: in the shared temporary one somebody else could leave code to be run.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/pawl', import.meta.url)));
const { runCommandLine } = await import('./cli/run.ts');

// Not process.exit: what was written to a pipe must still arrive.
process.exitCode = await runCommandLine(process.argv.slice(2), terminal);
