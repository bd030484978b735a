#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Terminal } from './cli/command.ts';

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
};

// Hundreds of modules are parsed at a start, ours also stripped of their types: remembered, that takes half the time.
// It must come first, so everything else is imported after it. Where it may not write it does nothing. The folder is ours:
// in the shared temporary one somebody else could leave code to be run.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/pawl', import.meta.url)));
const { runCommandLine } = await import('./cli/run.ts');

// Not process.exit: what was written to a pipe must still arrive.
process.exitCode = await runCommandLine(process.argv.slice(2), terminal);
