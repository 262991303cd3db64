import type { Call } from './call.ts';
import { isJsonObject } from './json.ts';

/** Usage of chat and completions. Source: https://platform.openai.com/docs/api-reference/chat/object#usage */
export function completionUsage({ counts }: Call): object {
  const cacheWrites = counts.cacheWrite5mTokens + counts.cacheWrite1hTokens;
  return {
    prompt_tokens: counts.inputTokens,
    completion_tokens: counts.outputTokens,
    total_tokens: counts.inputTokens + counts.outputTokens,
    prompt_tokens_details: {
      cached_tokens: counts.cachedTokens,
      audio_tokens: 0,
      ...(cacheWrites > 0 ? { cache_write_tokens: cacheWrites } : {}),
    },
    completion_tokens_details: {
      reasoning_tokens: counts.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** `stream_options` as OpenAI reads them: usage only when asked for, obfuscation unless declined. */
export function streamOptions({ body, omitUsage }: Call): { includeUsage: boolean; obfuscate: boolean } {
  const options = isJsonObject(body['stream_options']) ? body['stream_options'] : {};
  return {
    includeUsage: options['include_usage'] === true && !omitUsage,
    obfuscate: options['include_obfuscation'] !== false,
  };
}

/** Padding that hides the length of a delta from someone who watches the wire; here derived from the seed. */
export function obfuscation(seed: string, index: number): string {
  return seed.slice(index % 16, (index % 16) + 4 + (index % 7));
}
