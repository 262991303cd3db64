import type { CacheWrites, LlmRequest } from './provider.ts';

/**
 * How long a request in Anthropic's format can ask for its input to be cached: wherever a block has a
 * `cache_control`, five minutes unless one says an hour.
 * https://docs.claude.com/en/docs/build-with-claude/prompt-caching
 */
export function anthropicCacheWrites({ body }: Pick<LlmRequest, 'body'>): CacheWrites {
  if (!body.includes('"cache_control"')) return 'none';
  return body.includes('"1h"') ? '1h' : '5m';
}
