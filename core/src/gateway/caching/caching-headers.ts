import { Refusal } from '../errors.ts';
import { headerValue, type RawHeaders } from '../wire/headers.ts';
import { CACHE_TTLS, CACHING_MODES, type CachingSettings } from './caching-settings.ts';

/**
 * What is in force for one call: each of its two headers goes before the setting (contract section 1).
 *
 * @throws Refusal `invalid_request_error` for a header with another value than those it knows.
 */
export function cachingOf(headers: RawHeaders, settings: CachingSettings): CachingSettings {
  return {
    mode: oneOf(headers, 'X-Candela-Caching', CACHING_MODES) ?? settings.mode,
    ttl: oneOf(headers, 'X-Candela-Cache-TTL', CACHE_TTLS) ?? settings.ttl,
  };
}

function oneOf<const T extends string>(
  headers: RawHeaders,
  name: string,
  values: readonly T[],
): T | undefined {
  const given = headerValue(headers, name.toLowerCase());
  if (given === undefined) return undefined;
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  throw new Refusal('invalid_request_error', `${name}: must be one of ${values.join(', ')}`);
}
