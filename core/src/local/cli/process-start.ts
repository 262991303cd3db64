import { readFile } from 'node:fs/promises';
import type { Discovery } from '../../client/node/discovery-file.ts';

/** The kernel gives times to programs in this unit on every architecture (`USER_HZ`, proc_pid_stat(5)). */
const MS_PER_TICK = 10;

/** The system counts starts in hundredths of a second since a boot that it knows to the second. */
const CLOCK_SLACK_MS = 3_000;

/** Whether the process of a note is the one that left it: a process that began later has only got its number. */
export async function hasLeft({
  pid,
  startedAt,
}: Discovery): Promise<'this process' | 'another process' | 'unknown'> {
  const startedAtUnixMs = await processStartedAtUnixMs(pid);
  if (startedAtUnixMs === undefined) return 'unknown';
  return startedAtUnixMs > Date.parse(startedAt) + CLOCK_SLACK_MS ? 'another process' : 'this process';
}

/** When a process began, to the second or so; undefined where the system has no `/proc`, or no such process. */
async function processStartedAtUnixMs(pid: number): Promise<number | undefined> {
  const [ofProcess, ofSystem] = await Promise.all([read(`/proc/${pid}/stat`), read('/proc/stat')]);
  if (ofProcess === undefined || ofSystem === undefined) return undefined;
  // The second field is the program's name in brackets, which may hold anything; the start is field 22.
  const ticks = Number(ofProcess.slice(ofProcess.lastIndexOf(')') + 2).split(' ')[19]);
  const bootedAtS = Number(/^btime (\d+)$/m.exec(ofSystem)?.[1]);
  const startedAtUnixMs = bootedAtS * 1000 + ticks * MS_PER_TICK;
  return Number.isFinite(startedAtUnixMs) ? startedAtUnixMs : undefined;
}

async function read(filePath: string): Promise<string | undefined> {
  return readFile(filePath, 'utf8').catch(() => undefined);
}
