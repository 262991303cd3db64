import { ConfigError } from '../config/parse-config.ts';
import { cachingChange, runtimeChange, type RuntimeChange } from '../config/runtime-schema.ts';
import type { Logger } from '../logger.ts';
import { ApiError } from './api-error.ts';
import { checked } from './json-body.ts';
import type { ApiRequest, Endpoint } from './local-api.ts';
import type { RuntimeSettings } from './runtime-settings.ts';

/**
 * `/_local/api/config`: GET answers the settings in force (`Settings`); POST changes those that it names, from the
 * next call on, and DELETE forgets what was set so, after which the file's are in force. Both answer what is in
 * force then. A posted price takes the place of the one for the same provider and model; other prices stay.
 */
export function config(
  settings: RuntimeSettings,
  logger: Logger,
): { readonly GET: Endpoint; readonly POST: Endpoint; readonly DELETE: Endpoint } {
  return {
    GET: () => ({ body: settings.current() }),
    async POST(request) {
      const change = checked(await request.json(), runtimeChange);
      return { body: await changed(settings, change, request, logger) };
    },
    async DELETE({ caller }) {
      const body = await settings.reset();
      logger.info({ user_id: caller.userId }, 'settings made at run time are forgotten');
      return { body };
    },
  };
}

/** `/_local/api/config/caching`: the part `caching` of the settings, by itself. */
export function cachingConfig(
  settings: RuntimeSettings,
  logger: Logger,
): { readonly GET: Endpoint; readonly POST: Endpoint } {
  return {
    GET: () => ({ body: settings.current().caching }),
    async POST(request) {
      const caching = checked(await request.json(), cachingChange);
      return { body: (await changed(settings, { caching }, request, logger)).caching };
    },
  };
}

async function changed(
  settings: RuntimeSettings,
  change: RuntimeChange,
  { caller }: ApiRequest,
  logger: Logger,
) {
  try {
    const now = await settings.change(change);
    logger.info({ user_id: caller.userId, keys: keysOf(change) }, 'settings changed at run time');
    return now;
  } catch (cause) {
    if (cause instanceof RangeError) throw new ApiError(400, cause.message, { cause });
    // A newer Candela on the same store has settings that this one would drop by writing its own.
    if (cause instanceof ConfigError) throw new ApiError(409, cause.message, { cause });
    throw cause;
  }
}

function keysOf({ pricing, caching, ...plain }: RuntimeChange): readonly string[] {
  const below = (name: string, part: object | undefined): string[] =>
    Object.keys(part ?? {}).map((key) => `${name}.${key}`);
  return [...Object.keys(plain), ...below('pricing', pricing), ...below('caching', caching)];
}
