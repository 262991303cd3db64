import type { MessageDeltaUsage, Usage } from '@anthropic-ai/sdk/resources/messages';
import type { CompletionUsage } from 'openai/resources/completions';
import { openAiUsage } from '../usage/openai-usage.ts';
import { countAt, isObject, objectAt, type JsonObject } from '../wire/json-shape.ts';

/**
 * Anthropic's usage in OpenAI's terms. Anthropic counts cached input beside `input_tokens`, OpenAI counts it
 * into `prompt_tokens` and tells the parts in the details.
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance
 */
export function usageToOpenAi(usage: JsonObject): CompletionUsage {
  const cached = countAt(usage, 'cache_read_input_tokens') ?? 0;
  const written = countAt(usage, 'cache_creation_input_tokens') ?? 0;
  const prompt = (countAt(usage, 'input_tokens') ?? 0) + cached + written;
  const completion = countAt(usage, 'output_tokens') ?? 0;
  const thinking = countAt(objectAt(usage, 'output_tokens_details'), 'thinking_tokens');
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
    ...(thinking !== undefined && { completion_tokens_details: { reasoning_tokens: thinking } }),
  };
}

/** What a later report of a stream says replaces what an earlier one said; what it leaves out stays. */
export function laterUsage(before: JsonObject, later: unknown): JsonObject {
  if (!isObject(later)) return before;
  return { ...before, ...Object.fromEntries(Object.entries(later).filter(([, count]) => count !== null)) };
}

/** OpenAI's usage in Anthropic's terms: the cached parts stand beside the rest of the input. */
export function usageToAnthropic(usage: JsonObject): Usage {
  return {
    ...deltaUsageToAnthropic(usage),
    input_tokens: plainInputTokens(usage),
    cache_creation: null,
    inference_geo: null,
    service_tier: null,
    speed: null,
  };
}

/** The same as `message_delta` tells it at the end of a stream. */
export function deltaUsageToAnthropic(usage: JsonObject): MessageDeltaUsage {
  const tokens = openAiUsage(usage);
  const reasoning = countAt(objectAt(usage, 'completion_tokens_details'), 'reasoning_tokens');
  return {
    input_tokens: plainInputTokens(usage),
    cache_read_input_tokens: tokens?.cacheReadTokens ?? 0,
    cache_creation_input_tokens: tokens?.cacheWrite5mTokens ?? 0,
    output_tokens: tokens?.outputTokens ?? 0,
    output_tokens_details: reasoning === undefined ? null : { thinking_tokens: reasoning },
    server_tool_use: null,
  };
}

function plainInputTokens(usage: JsonObject): number {
  const tokens = openAiUsage(usage);
  return tokens ? tokens.inputTokens - tokens.cacheReadTokens - tokens.cacheWrite5mTokens : 0;
}
