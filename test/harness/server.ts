import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { startChildService } from './child-service.ts';
import { homeAt } from './home.ts';

const MAIN = fileURLToPath(new URL('../../server/src/app/main.ts', import.meta.url));

export interface ServerOptions {
  /** As in `proxy.providers`; default: none. */
  readonly providers?: readonly (string | { readonly name: string; readonly upstream: string })[];
  readonly defaultDailyBudgetUsd?: number;
  /** How many calls the one user of `auth.dev_mode` may make; default: what the server has for everyone. */
  readonly requestsPerMinute?: number;
  /** More of the configuration, as it would stand in the file. `auth.dev_mode` is on unless `auth` says otherwise. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Kept at the stop if given; else a folder of its own that goes with the server. */
  readonly home?: string;
  /** Default: whichever is free. */
  readonly port?: number;
  /** The script to run with Node; default: the sources. */
  readonly script?: string;
}

export interface TestServer {
  readonly url: string;
  readonly home: string;
  readonly pid: number;
  /** Everything it wrote to standard output: its log, one JSON object a line. */
  log(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; what it kept stays where it is. */
  kill(): Promise<void>;
}

/**
 * Runs the real candela-server as a process of its own; its log level must be `info` or lower.
 *
 * @throws with the server's last words if it does not come up.
 */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const home = await homeAt(options.home);
  const config = join(home.path, 'config.yaml');
  const { defaultDailyBudgetUsd } = options;
  await writeFile(
    config,
    JSON.stringify({
      auth: { dev_mode: true },
      proxy: { providers: options.providers ?? [] },
      ...(defaultDailyBudgetUsd !== undefined && {
        users: { default_daily_budget_usd: defaultDailyBudgetUsd },
      }),
      ...options.config,
    }),
  );
  const child = await startChildService({
    what: 'the server',
    script: options.script ?? MAIN,
    env: {
      HOME: home.path,
      CANDELA_HOME: home.path,
      CANDELA_CONFIG: config,
      CANDELA_PORT: String(options.port ?? 0),
      ...options.env,
    },
    isReady: ({ out }) => readyUrl(out) !== undefined,
    afterwards: home.forget,
  });
  if (options.requestsPerMinute !== undefined) setRateLimit(home.path, options.requestsPerMinute);
  return {
    url: readyUrl(child.out()) as string,
    home: home.path,
    pid: child.pid,
    log: child.out,
    stop: child.stop,
    kill: child.kill,
  };
}

/** Written to the server's store: there is no call for it yet. */
function setRateLimit(home: string, requestsPerMinute: number): void {
  const db = new DatabaseSync(join(home, 'server', 'state.db'), { timeout: 5_000 });
  try {
    db.prepare('UPDATE users SET rate_limit = ?').run(requestsPerMinute);
  } finally {
    db.close();
  }
}

function readyUrl(log: string): string | undefined {
  const line = log.split('\n').find((text) => text.includes('"candela-server is ready"'));
  return line === undefined ? undefined : (JSON.parse(line) as { url: string }).url;
}
