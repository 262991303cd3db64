#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { ConfigError, createLogger, ListenError, VERSION } from '@candela/core/host';
import { StorageOpenError } from '@candela/core/storage';
import { startApp } from './app.ts';
import { loadServerConfig } from './server-config.ts';

const USAGE = `candela-server ${VERSION}: prices, budgets and traces for a team's language-model calls

Usage:
  candela-server             run the server, until SIGTERM or SIGINT
  candela-server --version   print the version

Environment: CANDELA_CONFIG, CANDELA_HOME, CANDELA_PORT, CANDELA_LOG_LEVEL, CANDELA_DEV_MODE,
             CANDELA_STORAGE_BACKEND, CANDELA_PROXY_ENABLED, CANDELA_DEFAULT_DAILY_BUDGET,
             OTLP_ENDPOINT, OTLP_HEADERS`;

/** Exit codes: 0 done, 1 could not run, 2 not a command. */
async function main(args: readonly string[]): Promise<number> {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: { version: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }));
  } catch (cause) {
    return say(process.stderr, `${(cause as Error).message}\n\n${USAGE}`, 2);
  }
  if (values.help) return say(process.stdout, USAGE, 0);
  if (values.version) return say(process.stdout, VERSION, 0);
  return run();
}

async function run(): Promise<number> {
  const stopping = Promise.withResolvers<string>();
  // A second Ctrl-C ends the process at once; an orchestrator that repeats itself does not.
  process.once('SIGINT', (signal) => stopping.resolve(signal));
  process.on('SIGTERM', (signal) => stopping.resolve(signal));
  let app;
  let logger;
  try {
    const config = loadServerConfig(process.env);
    logger = createLogger(config.logLevel);
    app = await startApp({ config, logger, version: VERSION, env: process.env });
  } catch (cause) {
    if (cause instanceof ConfigError || cause instanceof ListenError || cause instanceof StorageOpenError) {
      return say(process.stderr, `candela-server: ${cause.message}`, 1);
    }
    throw cause;
  }
  const signal = await stopping.promise;
  logger.info({ signal }, 'candela-server is stopping');
  await app.stop();
  logger.info({}, 'candela-server has stopped');
  return 0;
}

function say(stream: NodeJS.WriteStream, text: string, exitCode: number): number {
  stream.write(`${text}\n`);
  return exitCode;
}

process.exitCode = await main(process.argv.slice(2));
