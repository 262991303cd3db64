#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { ConfigError } from '../config/parse-config.ts';
import { ListenError } from '../http/listen-error.ts';
import { createLogger } from '../pino-logger.ts';
import { StorageOpenError } from '../storage/index.ts';
import { VERSION } from '../version.ts';
import { startDaemon } from './daemon.ts';
import { loadLocalConfig } from './local-config.ts';
import { welcomeText } from './welcome.ts';

const USAGE = `candela ${VERSION}: prices, budgets and traces for the language-model calls of this machine

Usage:
  candela run [--demo]   run the gateway in this terminal, until Ctrl-C
  candela version        print the version

  --demo                 add the provider "demo", which needs no key and says what it is

Environment: CANDELA_CONFIG, CANDELA_HOME, CANDELA_PORT, CANDELA_LM_STUDIO_PORT, CANDELA_LOG_LEVEL`;

/** Exit codes: 0 done, 1 could not run, 2 not a command. */
async function main(args: readonly string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { demo: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (cause) {
    return fail(`${(cause as Error).message}\n\n${USAGE}`, 2);
  }
  const [command = 'help', ...rest] = parsed.positionals;
  if (parsed.values.help || command === 'help') return print(USAGE);
  if (rest.length > 0) return fail(`candela ${command} takes no argument ${JSON.stringify(rest[0])}`, 2);
  switch (command) {
    case 'version':
      return print(VERSION);
    case 'run':
      return run({ demo: parsed.values.demo ?? false });
    default:
      return fail(`candela has no command ${JSON.stringify(command)}\n\n${USAGE}`, 2);
  }
}

async function run(options: { readonly demo: boolean }): Promise<number> {
  const stopping = Promise.withResolvers<void>();
  process.once('SIGINT', () => stopping.resolve());
  process.once('SIGTERM', () => stopping.resolve());
  let daemon;
  try {
    const config = loadLocalConfig(process.env);
    const logger = createLogger(config.logLevel);
    daemon = await startDaemon({ config, logger, version: VERSION, demo: options.demo, env: process.env });
    process.stderr.write(
      welcomeText(daemon, { demo: options.demo, home: config.home, remote: config.remote }),
    );
  } catch (cause) {
    if (cause instanceof ConfigError || cause instanceof ListenError || cause instanceof StorageOpenError) {
      return fail(`candela: ${cause.message}`, 1);
    }
    throw cause;
  }
  await stopping.promise;
  await daemon.stop();
  return 0;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function fail(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}

process.exitCode = await main(process.argv.slice(2));
