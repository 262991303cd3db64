import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitUntil } from './wait-until.ts';

const MAIN = fileURLToPath(new URL('../../core/src/local/main.ts', import.meta.url));
const START_DEADLINE_MS = 30_000;

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
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'candela-home-')));
  const config = join(home, 'config.yaml');
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
  const child = spawn(
    process.execPath,
    [options.script ?? MAIN, 'run', ...(options.demo ? ['--demo'] : [])],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        METADATA_SERVER_DETECTION: 'none',
        CANDELA_HOME: home,
        CANDELA_CONFIG: config,
        CANDELA_PORT: String(port),
        CANDELA_LM_STUDIO_PORT: String(lmStudioPort),
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));

  const forget = async (): Promise<void> => {
    if (options.home === undefined) await rm(home, { recursive: true, force: true });
  };
  try {
    await waitUntil({
      what: 'the daemon to come up',
      timeoutMs: START_DEADLINE_MS,
      probe: () => said.err.includes('Candela is running at') || hasExited(child) || undefined,
    });
    if (hasExited(child)) throw new Error(`the daemon did not start: ${said.err.trim()}`);
  } catch (cause) {
    await end(child, 'SIGKILL');
    await forget();
    throw cause;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    lmStudioUrl: `http://127.0.0.1:${lmStudioPort}`,
    home,
    pid: child.pid as number,
    log: () => said.out,
    async stop() {
      await end(child, 'SIGTERM');
      await forget();
      return child.exitCode;
    },
    async kill() {
      await end(child, 'SIGKILL');
      await forget();
    },
  };
}

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasExited(child)) return;
  const gone = once(child, 'close');
  child.kill(signal);
  await gone;
}
