import { ConfigError } from './parse-config.ts';

/** The environment of a process; what is set to nothing counts as not set. */
export type Env = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS: ReadonlySet<string> = new Set(['debug', 'info', 'warn', 'error', 'silent']);

/** @throws ConfigError */
export function portFrom(env: Env, name: string): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new ConfigError(`${name}: must be a port from 0 to 65535, got ${JSON.stringify(text)}`);
  }
  return Number(text);
}

/** `on` or `off`. @throws ConfigError */
export function switchFrom(env: Env, name: string): boolean | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (text !== 'on' && text !== 'off') {
    throw new ConfigError(`${name}: must be on or off, got ${JSON.stringify(text)}`);
  }
  return text === 'on';
}

/** `CANDELA_LOG_LEVEL`; `info` if it is not set. @throws ConfigError */
export function logLevelFrom(env: Env): string {
  const level = env['CANDELA_LOG_LEVEL'] || 'info';
  if (!LOG_LEVELS.has(level)) {
    throw new ConfigError(`CANDELA_LOG_LEVEL: must be one of ${[...LOG_LEVELS].join(', ')}`);
  }
  return level;
}
