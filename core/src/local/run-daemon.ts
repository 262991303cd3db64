import { ConfigError } from '../config/parse-config.ts';
import { ListenError } from '../http/listen-error.ts';
import { createLogger } from '../pino-logger.ts';
import { StorageOpenError } from '../storage/index.ts';
import { VERSION } from '../version.ts';
import type { Cli } from './cli/cli.ts';
import { startDaemon } from './daemon.ts';
import { HomeTakenError } from './home-lock.ts';
import { loadLocalConfig } from './local-config.ts';
import { welcomeText } from './welcome.ts';

/** Failures whose message says what to do. */
const EXPECTED = [ConfigError, HomeTakenError, ListenError, StorageOpenError];

/**
 * `candela run`: the daemon in this process, until SIGINT or SIGTERM. Resolves with why it could not start, and with
 * nothing once it has ended; an error of this program's own classes would not be known again in another bundle.
 */
export async function runDaemon(
  { env, stderr }: Pick<Cli, 'env' | 'stderr'>,
  options: { readonly demo: boolean },
): Promise<string | undefined> {
  const stopping = Promise.withResolvers<void>();
  process.once('SIGINT', () => stopping.resolve());
  process.once('SIGTERM', () => stopping.resolve());
  let daemon;
  try {
    const config = loadLocalConfig(env);
    const logger = createLogger(config.logLevel);
    daemon = await startDaemon({ config, logger, version: VERSION, demo: options.demo, env });
    stderr.write(welcomeText(daemon, { demo: options.demo, home: config.home, remote: config.remote }));
  } catch (cause) {
    if (EXPECTED.some((kind) => cause instanceof kind)) return (cause as Error).message;
    throw cause;
  }
  await stopping.promise;
  await daemon.stop();
  return undefined;
}
