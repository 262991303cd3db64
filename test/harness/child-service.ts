import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { waitUntil } from './wait-until.ts';

const START_DEADLINE_MS = 60_000;

export interface ChildServiceOptions {
  /** As it is called in a failure's message: "the daemon". */
  readonly what: string;
  /** Run with this Node. */
  readonly script: string;
  readonly args?: readonly string[];
  /** On top of `PATH`; nothing else of this process's environment reaches the child. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Looks at everything written so far. */
  readonly isReady: (said: Readonly<{ out: string; err: string }>) => boolean;
  /** Called once the process is gone, however it went. */
  readonly afterwards?: () => Promise<void>;
}

/** A service in a process of its own, started and ready. */
export interface ChildService {
  readonly pid: number;
  /** Everything it wrote to standard output. */
  out(): string;
  /** SIGTERM; resolves with the exit code, `null` if it did not end by itself. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** @throws with the service's exit code and last words if it does not come up. */
export async function startChildService(options: ChildServiceOptions): Promise<ChildService> {
  const { what, afterwards } = options;
  const child = spawn(process.execPath, [options.script, ...(options.args ?? [])], {
    env: { PATH: process.env['PATH'], METADATA_SERVER_DETECTION: 'none', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!hasExited(child)) {
      const gone = once(child, 'close');
      child.kill(signal);
      await gone;
    }
    await afterwards?.();
    return child.exitCode;
  };
  try {
    await waitUntil({
      what: `${what} to come up`,
      timeoutMs: START_DEADLINE_MS,
      probe: () => options.isReady(said) || hasExited(child) || undefined,
    });
    if (hasExited(child))
      throw new Error(`${what} did not start, exit code ${child.exitCode}: ${said.err.trim()}`);
  } catch (cause) {
    await end('SIGKILL');
    throw cause;
  }
  return {
    pid: child.pid as number,
    out: () => said.out,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  };
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
