import { anthropicBatches, anthropicBatchStep } from '../batches/anthropic-batches.ts';
import { MESSAGE_READERS } from '../usage/anthropic-messages.ts';
import { jsonOrSseMeter } from '../usage/any-form-meter.ts';
import { replaceHeader } from '../wire/headers.ts';
import { cachePrompt } from './anthropic-caching.ts';
import { anthropicCacheWrites } from './anthropic-cache-writes.ts';
import type { Operation, Provider, ProviderSettings } from './provider.ts';

/** Posts that Anthropic does not charge for: https://docs.anthropic.com/en/api/messages-count-tokens */
const FREE_POSTS: ReadonlySet<string> = new Set(['/v1/messages/count_tokens', '/v1/files']);

/** Anthropic's own API: https://docs.anthropic.com/en/api/overview */
export function createAnthropicDirect(settings: ProviderSettings): Provider {
  return {
    name: 'anthropic-direct',
    system: 'anthropic',
    upstream: new URL(settings.upstream ?? 'https://api.anthropic.com'),
    ...(settings.models && { models: settings.models }),
    operationOf,
    batches: anthropicBatches,
    // Anthropic tells the usage of every stream unasked.
    prepare: cachePrompt,
    authenticate({ headers }) {
      if (settings.apiKey === undefined) return;
      replaceHeader(headers, 'authorization');
      replaceHeader(headers, 'x-api-key', settings.apiKey);
    },
    meterFor: () => jsonOrSseMeter(MESSAGE_READERS),
    cacheWritesOf: anthropicCacheWrites,
  };
}

function operationOf(method: string, path: string): Operation {
  const step = anthropicBatchStep(method, path);
  if (step !== undefined) return { kind: 'batch', step };
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return { kind: 'utility' };
  if (method !== 'POST') return { kind: 'unpriced' };
  if (path === '/v1/messages') return { kind: 'llm', name: 'chat' };
  return FREE_POSTS.has(path) ? { kind: 'utility' } : { kind: 'unpriced' };
}
