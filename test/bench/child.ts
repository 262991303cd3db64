import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface ChildOptions {
  readonly args?: readonly string[];
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Files that take its output; default for both: this process's standard error. */
  readonly stdoutFd?: number;
  readonly stderrFd?: number;
}

/** A Node process that answers each message with one of its own, `{result}` or `{error}`. */
export interface Child {
  /** @throws Error with what went wrong over there, or when the process ends. */
  ask(message: unknown): Promise<unknown>;
  /** Resolves, with what to say about it, when the process has ended. */
  readonly ended: Promise<Error>;
  /** SIGTERM; resolves once it has ended. */
  stop(): Promise<void>;
}

export function startChild(script: string, options: ChildOptions = {}): Child {
  const child = fork(script, options.args ?? [], {
    execArgv: [...(options.execArgv ?? [])],
    env: options.env ?? process.env,
    stdio: ['ignore', options.stdoutFd ?? 2, options.stderrFd ?? 2, 'ipc'],
  });
  const exited = once(child, 'exit').then(([code]) => new Error(`${script} ended with code ${code}`));
  const endNow = (): void => void child.kill('SIGKILL');
  process.once('exit', endNow);
  return {
    ended: exited,
    async ask(message) {
      const answered = once(child, 'message') as Promise<[{ result?: unknown; error?: string }]>;
      child.send(message as string);
      const first = await Promise.race([answered, exited]);
      if (first instanceof Error) throw first;
      const [{ result, error }] = first;
      if (error !== undefined) throw new Error(error);
      return result;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      process.off('exit', endNow);
    },
  };
}
