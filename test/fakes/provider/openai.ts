import type { ProviderError, ProviderShape } from './endpoint.ts';
import { type HeaderList, dataEvent, jsonReply } from './reply.ts';

/** Source: https://platform.openai.com/docs/api-reference (authentication, error codes, debugging headers). */
export const openai: ProviderShape = {
  name: 'openai',
  refusal(headers, keys) {
    const [scheme, key] = (headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || key === undefined) {
      return { status: 401, message: 'No API key was provided. Send it as Authorization: Bearer.' };
    }
    return keys.includes(key)
      ? undefined
      : { status: 401, message: 'Incorrect API key provided: sk-***.', code: 'invalid_api_key' };
  },
  error(error, seed) {
    const { message, param = null, code = codeFor(error) } = error;
    const headers = [...openaiHeaders(seed), ...(error.headers ?? [])];
    return jsonReply(
      error.status,
      headers,
      { error: { message, type: typeFor(error.status), param, code } },
      2,
    );
  },
  rateLimitHeaders: (retryAfterSeconds) => [
    ['retry-after', String(retryAfterSeconds)],
    ['retry-after-ms', String(retryAfterSeconds * 1000)],
    ['x-ratelimit-limit-requests', '500'],
    ['x-ratelimit-remaining-requests', '0'],
    ['x-ratelimit-reset-requests', `${retryAfterSeconds}s`],
  ],
  errorEvent: () =>
    dataEvent({
      error: { message: 'The server had an error.', type: 'server_error', param: null, code: null },
    }),
};

/** The header fields of every OpenAI answer; Set-Cookie comes twice, as from the real edge. */
export function openaiHeaders(seed: string): HeaderList {
  return [
    ['openai-version', '2020-10-01'],
    ['openai-organization', 'org-fake'],
    ['openai-processing-ms', String(100 + (Number.parseInt(seed.slice(0, 2), 16) % 100))],
    ['x-request-id', `req_${seed.slice(0, 32)}`],
    ['Set-Cookie', `__cf_bm=${seed.slice(0, 16)}; path=/; HttpOnly`],
    ['Set-Cookie', `_cfuvid=${seed.slice(16, 32)}; path=/; HttpOnly`],
  ];
}

function typeFor(status: number): string {
  if (status === 429) return 'requests';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

function codeFor({ status }: ProviderError): string | null {
  return status === 429 ? 'rate_limit_exceeded' : null;
}
