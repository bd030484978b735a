// A worker that does nothing but say that it is ready, and end when it is told to.
process.send({ kind: 'ready', address: 'here' });
process.on('message', ({ kind }) => {
  if (kind === 'drain') process.exit(0);
});
