import { setTimeout as delay } from 'node:timers/promises';
import { isProcessAlive } from '../../client/node/process-liveness.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { findDaemon, silentDaemon } from './daemon-access.ts';
import { hasLeft } from './process-start.ts';

/** The daemon lets streams under way run on for ten seconds, then settles and writes. */
const STOPS_WITHIN_MS = 30_000;
const POLL_MS = 50;
/**
 * Ends the daemon whose note is below `CANDELA_HOME` and waits until it is gone; undefined if there is none. Only the
 * process that left the note is told to end; one that does not answer, only where the system says that it is the one.
 *
 * @throws CliError if it answers without a note, belongs to somebody else, or does not end.
 */
export async function stopDaemon(
  cli: Pick<Cli, 'env'>,
): Promise<{ readonly url: string; readonly pid: number } | undefined> {
  const daemon = await findDaemon(cli);
  const discovery = daemon?.discovery ?? (await silentDaemon(cli));
  if (discovery === undefined) {
    if (daemon === undefined) return undefined;
    throw new CliError(
      `a Candela answers at ${daemon.url}, but it keeps its files elsewhere: set CANDELA_HOME as it was set there, or end it where it was started`,
    );
  }
  const { url, pid } = discovery;
  const owner = await hasLeft(discovery);
  if (owner === 'another process') {
    throw new CliError(`process ${pid} is not the Candela that left its note: end that at ${url} by hand`);
  }
  if (daemon === undefined && owner === 'unknown') {
    throw new CliError(
      `nothing answers at ${url}, and process ${pid} may be another program by now: if it is Candela, end it with kill ${pid}`,
    );
  }
  await end(pid);
  return { url, pid };
}

async function end(pid: number): Promise<void> {
  terminate(pid);
  const deadline = performance.now() + STOPS_WITHIN_MS;
  while (isProcessAlive(pid)) {
    if (performance.now() > deadline) {
      throw new CliError(
        `process ${pid} has been told to end and is still there after ${STOPS_WITHIN_MS / 1000} s: look at its log, or end it with kill -9 ${pid}`,
      );
    }
    await delay(POLL_MS);
  }
}

function terminate(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // Gone between the question and the signal is what was wanted.
    if (code === 'ESRCH') return;
    throw new CliError(`process ${pid} cannot be told to end (${code}): it belongs to another user`, {
      cause,
    });
  }
}
