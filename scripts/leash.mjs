// Loaded into the program that run.mjs starts. The program has its own process group, so a SIGKILL to the group of
// run.mjs would leave it running, with its port and its database still held. It ends itself instead.
const PARENT_CHECK_MS = 100;
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, PARENT_CHECK_MS).unref();
