/**
 * Loaded with `node --import` into a process that is measured: answers the message `cpu` with the CPU time it
 * has used so far, all threads, in microseconds, and `rss` with its resident memory in bytes. The measured program
 * itself stays as it is.
 */
process.on('message', (message) => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.({ result: user + system });
  }
  if (message === 'rss') process.send?.({ result: process.memoryUsage.rss() });
});
// Being asked must not keep a program alive that has nothing else to do.
process.channel?.unref();
