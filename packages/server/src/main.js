#!/usr/bin/env node
// JavaScript, so that Node.js does not load its TypeScript compiler to start: all else is TypeScript without its types in the cache.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// More than a thousand modules are parsed at a start, ours also stripped of their types: remembered, that takes half the time.
// It must come first, so everything else is imported after it. Where it may not write it does nothing. The folder is ours:
// in the shared temporary one somebody else could leave code to be run.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/pawl', import.meta.url)));
const { runCommandLine } = await import('./cli/run.ts');
const { terminal } = await import('./cli/terminal.ts');

// Not process.exit: what was written to a pipe must still arrive.
process.exitCode = await runCommandLine(process.argv.slice(2), terminal);
