import type { TokenUsage } from '../../pricing/token-usage.ts';
import type { AnswerReading } from './answer-reading.ts';

/**
 * Text runs at about four bytes of UTF-8 a token in every tokenizer of these providers: four letters of English, or
 * one to two characters of Chinese.
 */
const BYTES_PER_TOKEN = 4;

/** Counts output of which only the compressed size is known: text shrinks to a byte a token, give or take. */
export function countUnread(reading: AnswerReading, packedBytes: number): void {
  reading.outputBytes += packedBytes * BYTES_PER_TOKEN;
}

/**
 * What a call used: as the provider reported it, or, for an answer that broke off or kept silent about it, the
 * best estimate from what went by. Unknown is never zero.
 */
export function usedTokens(
  reading: AnswerReading,
  requestBytes: number,
): { readonly usage: TokenUsage; readonly isEstimate: boolean } {
  const { usage } = reading;
  // Embeddings write nothing, and tell no output.
  const isUnknown = reading.isOutputUntold === true && reading.outputBytes > 0;
  if (reading.complete && usage !== undefined && !isUnknown) return { usage, isEstimate: false };
  const written = Math.ceil(reading.outputBytes / BYTES_PER_TOKEN);
  return {
    usage: {
      inputTokens: usage?.inputTokens ?? Math.ceil(requestBytes / BYTES_PER_TOKEN),
      outputTokens: Math.max(usage?.outputTokens ?? 0, written),
      cacheReadTokens: usage?.cacheReadTokens ?? 0,
      cacheWrite5mTokens: usage?.cacheWrite5mTokens ?? 0,
      cacheWrite1hTokens: usage?.cacheWrite1hTokens ?? 0,
    },
    isEstimate: true,
  };
}
