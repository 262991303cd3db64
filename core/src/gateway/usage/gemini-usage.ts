import type { TokenUsage } from '../../pricing/token-usage.ts';
import { countAt, type JsonObject } from '../wire/json-shape.ts';

/**
 * The `usageMetadata` of Gemini's APIs: https://ai.google.dev/api/generate-content#UsageMetadata
 *
 * What was cached is a part of the prompt; what tools brought in is not, and neither are thoughts a part of the
 * candidates. Some models of Vertex AI count thoughts among the candidates all the same: then the total, which
 * holds everything once, shows it. A count of candidates that is missing is what the total leaves for it.
 */
export function geminiUsage(usage: JsonObject): TokenUsage | undefined {
  const prompt = countAt(usage, 'promptTokenCount');
  if (prompt === undefined) return undefined;
  const inputTokens = sum(prompt, countAt(usage, 'toolUsePromptTokenCount') ?? 0);
  return {
    inputTokens,
    outputTokens: outputOf(usage, inputTokens),
    cacheReadTokens: Math.min(prompt, countAt(usage, 'cachedContentTokenCount') ?? 0),
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
  };
}

function outputOf(usage: JsonObject, inputTokens: number): number {
  const total = countAt(usage, 'totalTokenCount');
  const candidates = countAt(usage, 'candidatesTokenCount');
  const thoughts = countAt(usage, 'thoughtsTokenCount') ?? 0;
  if (candidates === undefined) return Math.max(thoughts, (total ?? 0) - inputTokens);
  const holdsThoughts = candidates >= thoughts && total === inputTokens + candidates;
  return holdsThoughts ? candidates : sum(candidates, thoughts);
}

/** Two counts that are exact each need not be so together. */
function sum(one: number, other: number): number {
  return Math.min(one + other, Number.MAX_SAFE_INTEGER);
}
