import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChildService } from './child-service.ts';
import { freePort } from './free-port.ts';
import { homeAt } from './home.ts';

const MAIN = fileURLToPath(new URL('../../core/src/local/main.ts', import.meta.url));

export interface DaemonOptions {
  /** As in the configuration; default: none but what `demo` adds. */
  readonly providers?: readonly (string | { readonly name: string; readonly upstream: string })[];
  readonly budgetDailyUsd?: number;
  /** Adds the provider `demo`. */
  readonly demo?: boolean;
  /** Team mode: the server's address. */
  readonly remote?: string;
  /** More of the configuration, as it would stand in the file. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Kept at the stop if given; else a folder of its own that goes with the daemon. */
  readonly home?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** The script to run with Node; default: the sources. */
  readonly script?: string;
}

export interface TestDaemon {
  readonly url: string;
  readonly lmStudioUrl: string;
  readonly home: string;
  readonly pid: number;
  /** Everything it wrote to standard output: its log, one JSON object a line. */
  log(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; what it kept stays where it is. */
  kill(): Promise<void>;
}

/** Runs the real daemon as a process of its own. @throws with the daemon's last words if it does not come up. */
export async function startDaemon(options: DaemonOptions = {}): Promise<TestDaemon> {
  const home = await homeAt(options.home);
  const config = join(home.path, 'config.yaml');
  const port = options.port ?? (await freePort());
  const lmStudioPort = await freePort();
  await writeFile(
    config,
    JSON.stringify({
      ...(options.remote === undefined ? { providers: options.providers ?? [] } : { remote: options.remote }),
      ...(options.budgetDailyUsd !== undefined && { budget: { daily_usd: options.budgetDailyUsd } }),
      ...options.config,
    }),
  );
  const child = await startChildService({
    what: 'the daemon',
    script: options.script ?? MAIN,
    args: ['run', ...(options.demo ? ['--demo'] : [])],
    env: {
      HOME: home.path,
      CANDELA_HOME: home.path,
      CANDELA_CONFIG: config,
      CANDELA_PORT: String(port),
      CANDELA_LM_STUDIO_PORT: String(lmStudioPort),
      ...options.env,
    },
    isReady: ({ err }) => err.includes('Candela is running at'),
    afterwards: home.forget,
  });
  return {
    url: `http://127.0.0.1:${port}`,
    lmStudioUrl: `http://127.0.0.1:${lmStudioPort}`,
    home: home.path,
    pid: child.pid,
    log: child.out,
    stop: child.stop,
    kill: child.kill,
  };
}
