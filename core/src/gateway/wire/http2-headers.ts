import type { RawHeaders } from './headers.ts';

/** Of HTTP/1.1's connections, and an error in HTTP/2: RFC 9113 section 8.2.2. */
const NEVER = new Set(['http2-settings']);

/**
 * What may stand once only. HTTP/1.1 carries a second one all the same; Node's HTTP/2 refuses to.
 * https://nodejs.org/api/errors.html#err_http2_header_single_value
 */
const ONCE = new Set([
  ...[
    'access-control-allow-credentials',
    'access-control-max-age',
    'age',
    'content-encoding',
    'content-language',
  ],
  ...['content-length', 'content-location', 'content-md5', 'content-range', 'content-type', 'date', 'etag'],
  ...['expires', 'last-modified', 'location', 'retry-after', 'tk', 'x-content-type-options'],
]);

/** The headers of an answer over HTTP/2: of what may stand once only the first, as clients of HTTP/1.1 mostly take it. */
export function http2Headers(headers: RawHeaders): string[] {
  const kept: string[] = [];
  const seen = new Set<string>();
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = (headers[i] as string).toLowerCase();
    if (NEVER.has(name) || (ONCE.has(name) && seen.has(name))) continue;
    seen.add(name);
    kept.push(name, headers[i + 1] as string);
  }
  return kept;
}
