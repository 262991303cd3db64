import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { Env } from './environment.ts';
import { ConfigError, parseConfig } from './parse-config.ts';

/**
 * The file that `CANDELA_CONFIG` names, else the one at the usual place, which need not be there.
 *
 * @throws ConfigError
 */
export function readConfig<Schema extends z.ZodType>(
  env: Env,
  usualPath: string,
  schema: Schema,
): z.infer<Schema> {
  const named = env['CANDELA_CONFIG'];
  const path = named || usualPath;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (named || (cause as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new ConfigError(`cannot read the configuration ${path}: ${(cause as Error).message}`, { cause });
    }
    text = '';
  }
  return parseConfig(text, path, schema);
}
