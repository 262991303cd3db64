import type { ProviderShape } from './endpoint.ts';
import { type HeaderList, jsonReply, namedEvent } from './reply.ts';

/** Source: https://docs.anthropic.com/en/api/errors */
const ERROR_TYPES = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
]);

const RESET_TIME = '2026-01-01T00:00:00Z';

/** Source: https://docs.anthropic.com/en/api/overview and /en/api/rate-limits */
export const anthropic: ProviderShape = {
  name: 'anthropic',
  refusal(headers, keys) {
    const bearer = /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    const key = headers['x-api-key'] ?? bearer;
    if (key === undefined) return { status: 401, message: 'x-api-key header is required' };
    if (!keys.includes(String(key))) return { status: 401, message: 'invalid x-api-key' };
    if (headers['anthropic-version'] === undefined) {
      return { status: 400, message: 'anthropic-version: header is required' };
    }
    return undefined;
  },
  error({ status, message, headers = [] }, seed) {
    const error = { type: ERROR_TYPES.get(status) ?? 'api_error', message };
    const body = { type: 'error', error, request_id: requestId(seed) };
    return jsonReply(status, [...anthropicHeaders(seed), ...headers], body);
  },
  rateLimitHeaders: (retryAfterSeconds) => [
    ['retry-after', String(retryAfterSeconds)],
    ['anthropic-ratelimit-requests-limit', '50'],
    ['anthropic-ratelimit-requests-remaining', '0'],
    ['anthropic-ratelimit-requests-reset', RESET_TIME],
  ],
  errorEvent: () => namedEvent('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
};

/** The header fields of every Anthropic answer. */
export function anthropicHeaders(seed: string): HeaderList {
  return [
    ['request-id', requestId(seed)],
    ['anthropic-organization-id', '00000000-0000-4000-8000-000000000000'],
    ['anthropic-ratelimit-tokens-limit', '80000'],
    ['anthropic-ratelimit-tokens-remaining', '79000'],
    ['anthropic-ratelimit-tokens-reset', RESET_TIME],
    ['Set-Cookie', `_cfuvid=${seed.slice(0, 16)}; path=/; HttpOnly`],
  ];
}

function requestId(seed: string): string {
  return `req_${seed.slice(0, 24)}`;
}
