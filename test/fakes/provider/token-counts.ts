/**
 * The token counts an answer reports, as the numbers stand on the wire: for OpenAI `cachedTokens` is a part of
 * `inputTokens`, for Anthropic it comes on top of it. `reasoningTokens` is always a part of `outputTokens`.
 */
export interface TokenCounts {
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  reasoningTokens: number;
}

const CODE_POINTS_PER_TOKEN = 4;

/** The fake's tokens: four code points each, so that no token ends inside a character. */
export function tokensOf(text: string): string[] {
  const codePoints = Array.from(text);
  const tokens: string[] = [];
  for (let start = 0; start < codePoints.length; start += CODE_POINTS_PER_TOKEN) {
    tokens.push(codePoints.slice(start, start + CODE_POINTS_PER_TOKEN).join(''));
  }
  return tokens;
}
