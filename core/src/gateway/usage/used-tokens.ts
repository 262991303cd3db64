import type { TokenUsage } from '../../pricing/token-usage.ts';
import type { AnswerReading } from './answer-reading.ts';

/** English text runs at about four characters a token in every tokenizer of these providers. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * What a call used: as the provider reported it, or, for an answer that broke off or kept silent about it, the
 * best estimate from what went by. Unknown is never zero.
 */
export function usedTokens(
  reading: AnswerReading,
  requestBytes: number,
): { readonly usage: TokenUsage; readonly isEstimate: boolean } {
  if (reading.complete && reading.usage !== undefined) return { usage: reading.usage, isEstimate: false };
  const written = Math.ceil(reading.outputCharacters / CHARACTERS_PER_TOKEN);
  return {
    usage: {
      inputTokens: reading.usage?.inputTokens ?? Math.ceil(requestBytes / CHARACTERS_PER_TOKEN),
      outputTokens: Math.max(reading.usage?.outputTokens ?? 0, written),
      cacheReadTokens: reading.usage?.cacheReadTokens ?? 0,
      cacheWrite5mTokens: reading.usage?.cacheWrite5mTokens ?? 0,
      cacheWrite1hTokens: reading.usage?.cacheWrite1hTokens ?? 0,
    },
    isEstimate: true,
  };
}
