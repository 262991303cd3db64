import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface ProcessGroupOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Called with each piece of output as it comes, stdout and stderr alike. */
  readonly onOutput?: (text: string) => void;
}

/** A child process that leads a process group of its own, so that its grandchildren end with it. */
export interface ProcessGroup {
  /** Id of the leader and of the group; 0 when the program could not be started. */
  readonly pid: number;
  /** Everything written so far, stdout and stderr in the order they came. */
  output(): string;
  /** Resolves with the exit code (null when a signal ended it); rejects when the program could not be started. */
  readonly exited: Promise<number | null>;
  /** Asks the group to end (SIGTERM), then ends it (SIGKILL) after `graceMs`. Calling it twice is fine. */
  stop(graceMs?: number): Promise<void>;
}

const DEFAULT_GRACE_MS = 5_000;

/** Starts a program as the leader of its own process group; a crash of this process takes the group along. */
export function startProcessGroup(options: ProcessGroupOptions): ProcessGroup {
  const chunks: string[] = [];
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      chunks.push(text);
      options.onOutput?.(text);
    });
  }
  const exited = once(child, 'close').then(([code]) => code as number | null);
  exited.catch(() => undefined);
  const pid = child.pid;
  const end = (signal: NodeJS.Signals) => signalGroup(pid, signal);
  const endNow = () => end('SIGKILL');
  process.once('exit', endNow);
  exitOnTermination();

  return {
    pid: pid ?? 0,
    output: () => chunks.join(''),
    exited,
    async stop(graceMs = DEFAULT_GRACE_MS) {
      end('SIGTERM');
      await settled(exited, graceMs);
      // What ignored the first signal, or let go of its output and stayed.
      end('SIGKILL');
      await exited.catch(() => undefined);
      process.off('exit', endNow);
    },
  };
}

/** Without a listener SIGTERM would end this process with no `exit` event, and leave the groups behind. */
function exitOnTermination(): void {
  if (process.listeners('SIGTERM').includes(exitAsTerminated)) return;
  process.on('SIGTERM', exitAsTerminated);
}

function exitAsTerminated(): void {
  process.exit(143);
}

async function settled(promise: Promise<unknown>, timeoutMs: number): Promise<void> {
  const timer = new AbortController();
  const quiet = promise.catch(() => undefined);
  await Promise.race([
    quiet,
    delay(timeoutMs, undefined, { signal: timer.signal, ref: false }).catch(() => undefined),
  ]);
  timer.abort();
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
