import { setTimeout as delay } from 'node:timers/promises';
import { isProcessAlive } from '../../client/node/process-liveness.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { findDaemon } from './daemon-access.ts';
import { processStartedAtUnixMs } from './process-start.ts';

/** The daemon lets streams under way run on for ten seconds, then settles and writes. */
const STOPS_WITHIN_MS = 30_000;
const POLL_MS = 50;
/** The system counts starts in hundredths of a second since a boot that it knows to the second. */
const CLOCK_SLACK_MS = 3_000;

/**
 * Ends the daemon whose note is below `CANDELA_HOME` and waits until it is gone; undefined if there is none. Only a
 * process that answers as Candela and was there when the note was written is told to end.
 *
 * @throws CliError if it answers without a note, belongs to somebody else, or does not end.
 */
export async function stopDaemon(
  cli: Pick<Cli, 'env'>,
): Promise<{ readonly url: string; readonly pid: number } | undefined> {
  const daemon = await findDaemon(cli);
  if (daemon === undefined) return undefined;
  const { url, discovery } = daemon;
  if (discovery === undefined) {
    throw new CliError(
      `a Candela answers at ${url}, but it keeps its files elsewhere: set CANDELA_HOME as it was set there, or end it where it was started`,
    );
  }
  const { pid } = discovery;
  const startedAtUnixMs = await processStartedAtUnixMs(pid);
  if (startedAtUnixMs !== undefined && startedAtUnixMs > Date.parse(discovery.startedAt) + CLOCK_SLACK_MS) {
    throw new CliError(`process ${pid} is not the Candela that left its note: end that at ${url} by hand`);
  }
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
  return { url, pid };
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
