import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../config/parse-config.ts';
import { readDiscoveryFile } from '../../client/node/discovery-file.ts';
import { startDaemon } from '../../client/node/start-daemon.ts';
import { loadLocalConfig, type LocalConfig } from '../local-config.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { findDaemon, silence, silentDaemon } from './daemon-access.ts';

export interface EnsuredDaemon {
  readonly url: string;
  /** False where one was there already, whoever started it. */
  readonly hasStarted: boolean;
  /** Of the one that was there, where it says so: it may be older, or newer, than this program. */
  readonly version?: string;
}

/** @throws CliError that names what is wrong in the file. */
export function configOf({ env }: Pick<Cli, 'env'>): LocalConfig {
  try {
    return loadLocalConfig(env);
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new CliError(cause.message, { cause });
  }
}

/**
 * Makes sure that this machine has its daemon, in the background if it has to be started; it outlives this process.
 *
 * @throws CliError with the daemon's own last words if it does not come up.
 */
export async function ensureDaemon(
  cli: Pick<Cli, 'env' | 'scriptPath'>,
  options: { readonly demo: boolean; readonly config: LocalConfig },
): Promise<EnsuredDaemon> {
  const { home, port } = options.config;
  const resolveBaseUrl = async (): Promise<string> =>
    (await readDiscoveryFile(home))?.url ?? `http://127.0.0.1:${port}`;
  const present = await findDaemon(cli);
  if (present !== undefined && present.url === (await resolveBaseUrl())) {
    const { url, discovery } = present;
    return { url, hasStarted: false, ...(discovery && { version: discovery.version }) };
  }
  try {
    const url = await startDaemon({
      execPath: process.execPath,
      scriptPath: cli.scriptPath,
      args: ['run', ...(options.demo ? ['--demo'] : [])],
      env: cli.env,
      home,
      resolveBaseUrl,
    });
    return { url, hasStarted: true };
  } catch (cause) {
    const silent = await silentDaemon(cli);
    if (silent !== undefined) throw new CliError(silence(silent), { cause });
    const reason = cause instanceof Error ? cause.message : String(cause);
    const log = join(home, 'daemon.err.log');
    throw new CliError(existsSync(log) ? `${reason}\nWhat it wrote is in ${log}` : reason, { cause });
  }
}
