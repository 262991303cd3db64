import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, mkdir, open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ResolveBaseUrl } from '../connection/daemon-connection.ts';
import { type Health, probeHealth } from '../connection/health-probe.ts';

export interface StartDaemonOptions {
  /** The program that runs JavaScript: Node, or an editor's own Electron. */
  readonly execPath: string;
  readonly scriptPath: string;
  readonly args?: readonly string[];
  /** The whole environment of the daemon; add `ELECTRON_RUN_AS_NODE=1` where `execPath` is Electron. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the daemon's output goes (`daemon.log`, `daemon.err.log`). */
  readonly home: string;
  readonly resolveBaseUrl: ResolveBaseUrl;
  readonly healthyWithinMs?: number;
  /** How long a rival that took the port may show nothing of itself; default 3000. */
  readonly rivalGraceMs?: number;
  /** Stops waiting; a daemon that was started goes on starting. */
  readonly signal?: AbortSignal;
}

const POLL_MS = 50;
const PROBE_MS = 1_000;

/**
 * Makes sure a daemon runs: starts one that outlives this process unless one is there, and resolves with the
 * address once it is healthy. When two programs do this at once, one daemon gets the port, the other ends, and
 * both find the first.
 *
 * @throws Error with the last line the daemon wrote to stderr, if it ended or never became healthy.
 */
export async function startDaemon(options: StartDaemonOptions): Promise<string> {
  const { resolveBaseUrl, healthyWithinMs = 20_000, signal } = options;
  const present = await look(resolveBaseUrl);
  if (present.health === 'healthy') return present.baseUrl;

  const { child, lastErrorLine } = await spawnDetached(options);
  const exit = once(child, 'exit').catch(() => {});
  const deadline = performance.now() + healthyWithinMs;
  while (performance.now() < deadline) {
    const { baseUrl, health } = await look(resolveBaseUrl);
    if (signal?.aborted) child.unref();
    signal?.throwIfAborted();
    if (health === 'healthy' && hasNotExited(child)) {
      child.unref();
      return baseUrl;
    }
    if (!hasNotExited(child)) return await findRival(options, deadline, lastErrorLine);
    await Promise.race([exit, delay(POLL_MS)]);
  }
  child.kill();
  const reason = (await lastErrorLine()) ?? 'it wrote nothing to stderr';
  throw new Error(`the daemon was not healthy within ${healthyWithinMs / 1000} s: ${reason}`);
}

/** Waits for the daemon that took the port before ours: for as long as one may take if it shows that it starts. */
async function findRival(
  { resolveBaseUrl, rivalGraceMs = 3_000, signal }: StartDaemonOptions,
  deadline: number,
  lastErrorLine: () => Promise<string | undefined>,
): Promise<string> {
  let graceEnds = performance.now() + rivalGraceMs;
  do {
    const { baseUrl, health } = await look(resolveBaseUrl);
    signal?.throwIfAborted();
    if (health === 'healthy') return baseUrl;
    if (health === 'unready') graceEnds = performance.now() + rivalGraceMs;
    await delay(POLL_MS);
  } while (performance.now() < Math.min(deadline, graceEnds));
  throw new Error(
    `the daemon ended at its start: ${(await lastErrorLine()) ?? 'it wrote nothing to stderr'}`,
  );
}

async function look(
  resolveBaseUrl: ResolveBaseUrl,
): Promise<{ readonly baseUrl: string; readonly health: Health }> {
  const baseUrl = await resolveBaseUrl();
  return { baseUrl, health: await probeHealth(baseUrl, AbortSignal.timeout(PROBE_MS)) };
}

/**
 * The daemon writes to files, not to pipes of ours: a pipe would break with this process, and the daemon with it.
 */
async function spawnDetached({ execPath, scriptPath, args = [], env, home }: StartDaemonOptions): Promise<{
  readonly child: ChildProcess;
  readonly lastErrorLine: () => Promise<string | undefined>;
}> {
  const errorPath = path.join(home, 'daemon.err.log');
  const [output, errors] = await openLogs(path.join(home, 'daemon.log'), errorPath);
  const { size: errorsBefore } = await stat(errorPath);
  try {
    const stdio = ['ignore', output.fd, errors.fd] as const;
    const child = spawn(execPath, [scriptPath, ...args], {
      detached: true,
      env,
      stdio: [...stdio],
      windowsHide: true,
    });
    await once(child, 'spawn');
    return { child, lastErrorLine: () => lastLineAfter(errorPath, errorsBefore) };
  } catch (cause) {
    throw new Error(`the daemon could not be started with ${execPath}`, { cause });
  } finally {
    await Promise.all([output.close(), errors.close()]);
  }
}

async function openLogs(
  outputPath: string,
  errorPath: string,
): Promise<readonly [output: FileHandle, errors: FileHandle]> {
  const home = path.dirname(outputPath);
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    return [await open(outputPath, 'a', 0o600), await open(errorPath, 'a', 0o600)];
  } catch (cause) {
    throw new Error(
      `cannot write in the folder ${home}: give this user write access to it, or set CANDELA_HOME to another folder`,
      { cause },
    );
  }
}

function hasNotExited({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function lastLineAfter(filePath: string, offset: number): Promise<string | undefined> {
  const content = (await readFile(filePath)).subarray(offset).toString('utf8');
  return content
    .split('\n')
    .findLast((text) => text.trim() !== '')
    ?.trim();
}
