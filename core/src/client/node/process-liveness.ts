import { readFileSync } from 'node:fs';

/**
 * Whether a process with this id runs on this machine, whoever owns it. One that has ended and is not collected by its
 * parent does not: in a container whose first process collects nobody, it keeps its number for ever.
 */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, but belongs to somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return !isZombie(pid);
}

/** False where the system has no `/proc`. proc_pid_stat(5): the state follows the program's name in brackets. */
function isZombie(pid: number): boolean {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return false;
  }
  return 'ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2));
}
