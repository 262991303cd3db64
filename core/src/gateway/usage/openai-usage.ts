import type { TokenUsage } from '../../pricing/token-usage.ts';
import { countAt, objectAt, type JsonObject } from '../wire/json-shape.ts';

/**
 * The `usage` object of OpenAI's APIs. Chat, completions and embeddings say `prompt_tokens` and
 * `completion_tokens`, the Responses API `input_tokens` and `output_tokens`; cached input and reasoning are
 * parts of them. https://platform.openai.com/docs/api-reference/chat/object
 */
export function openAiUsage(usage: JsonObject): TokenUsage | undefined {
  const inputTokens = countAt(usage, 'prompt_tokens') ?? countAt(usage, 'input_tokens');
  if (inputTokens === undefined) return undefined;
  const details = objectAt(
    usage,
    'prompt_tokens_details' in usage ? 'prompt_tokens_details' : 'input_tokens_details',
  );
  const cacheReadTokens = Math.min(inputTokens, countAt(details, 'cached_tokens') ?? 0);
  return {
    inputTokens,
    outputTokens: outputOf(usage, inputTokens),
    cacheReadTokens,
    // Told only by models that charge for writing; they keep what is written for minutes.
    cacheWrite5mTokens: Math.min(inputTokens - cacheReadTokens, countAt(details, 'cache_write_tokens') ?? 0),
    cacheWrite1hTokens: 0,
  };
}

/** Whether the usage says how many tokens the model wrote, if only by the total. */
export function tellsOutput(usage: JsonObject): boolean {
  return ['completion_tokens', 'output_tokens', 'total_tokens'].some(
    (key) => countAt(usage, key) !== undefined,
  );
}

/** Embeddings tell no output, and some servers only the total: it is what that leaves. */
function outputOf(usage: JsonObject, inputTokens: number): number {
  const told = countAt(usage, 'completion_tokens') ?? countAt(usage, 'output_tokens');
  return told ?? Math.max(0, (countAt(usage, 'total_tokens') ?? 0) - inputTokens);
}
