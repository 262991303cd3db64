/**
 * Loaded with `node --import` into a process that is measured: answers the message `cpu` with the CPU time it
 * has used so far, all threads, in microseconds. The measured program itself stays as it is.
 */
process.on('message', (message) => {
  if (message !== 'cpu') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ result: user + system });
});
// Being asked must not keep a program alive that has nothing else to do.
process.channel?.unref();
