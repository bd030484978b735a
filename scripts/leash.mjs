// Ends this process when its parent has gone. The program that run.mjs starts has its own process group, so a SIGKILL to
// npm or to its group would otherwise leave it running, with its port and its database still held.
const PARENT_CHECK_MS = 100;
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, PARENT_CHECK_MS).unref();
