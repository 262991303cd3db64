import type { CacheWrites, OutgoingCall } from './provider.ts';

/** A letter, a digit or `_` written as an escape, which no usual encoder does. */
const NEEDLESS_ESCAPE = /\\u00(3\d|[46][1-9a-f]|[57][0-9a]|5f)/i;

/**
 * How long a request in Anthropic's format can ask for its input to be cached: wherever a block has a
 * `cache_control`, five minutes unless one says an hour.
 * https://docs.claude.com/en/docs/build-with-claude/prompt-caching
 */
export function anthropicCacheWrites({ body }: Pick<OutgoingCall, 'body'>): CacheWrites {
  const plain = body.includes('\\u00') ? withoutNeedlessEscapes(body) : body;
  if (!plain.includes('"cache_control"')) return 'none';
  return plain.includes('"1h"') ? '1h' : '5m';
}

/** Names read the same to a provider however they are written. */
function withoutNeedlessEscapes(body: Buffer): Buffer | string {
  const text = body.toString('utf8');
  return NEEDLESS_ESCAPE.test(text) ? JSON.stringify(JSON.parse(text)) : body;
}
