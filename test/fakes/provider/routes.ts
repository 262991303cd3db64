import type { IncomingHttpHeaders } from 'node:http';
import { anthropic } from './anthropic.ts';
import { anthropicCountTokens } from './anthropic-count-tokens.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import type { Endpoint, ProviderShape } from './endpoint.ts';
import { openai } from './openai.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiResponses } from './openai-responses.ts';

/** The POST routes by path. */
export const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ['/v1/chat/completions', openaiChat],
  ['/v1/responses', openaiResponses],
  ['/v1/completions', openaiCompletions],
  ['/v1/embeddings', openaiEmbeddings],
  ['/v1/messages', anthropicMessages],
  ['/v1/messages/count_tokens', anthropicCountTokens],
]);

/** The provider a request means: by its path, or on the paths both have, by the headers only one has. */
export function providerFor(path: string, headers: IncomingHttpHeaders): ProviderShape {
  const endpoint = ENDPOINTS.get(path);
  if (endpoint !== undefined) return endpoint.provider;
  const speaksAnthropic = headers['x-api-key'] !== undefined || headers['anthropic-version'] !== undefined;
  return speaksAnthropic ? anthropic : openai;
}
