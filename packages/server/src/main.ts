#!/usr/bin/env node
import type { Terminal } from './cli/command.ts';
import { runCommandLine } from './cli/run.ts';

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
};

// Not process.exit: what was written to a pipe must still arrive.
process.exitCode = await runCommandLine(process.argv.slice(2), terminal);
