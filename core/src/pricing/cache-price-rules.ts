import { divideHalfUp } from '../money/index.ts';
import type { NanoUsdPerMillionTokens, Rates } from './model-price.ts';
import type { PriceFamily } from './provider-families.ts';

/** What a price list or an override says itself. */
export interface StatedRates {
  readonly input: NanoUsdPerMillionTokens;
  readonly output: NanoUsdPerMillionTokens;
  readonly cacheRead?: NanoUsdPerMillionTokens | undefined;
  readonly cacheWrite5m?: NanoUsdPerMillionTokens | undefined;
  readonly cacheWrite1h?: NanoUsdPerMillionTokens | undefined;
}

/**
 * Fills in the cache prices that are not stated, by the provider's rule. Where no rule is known a cached token
 * costs what any input token costs. A derived price is rounded half up to a nano-dollar per million tokens.
 *
 * - Anthropic, Bedrock: reads 0.1 ×, writes 1.25 × for 5 minutes and 2 × for an hour.
 *   https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing
 * - OpenAI: reads 0.5 ×, writes as input. https://platform.openai.com/docs/guides/prompt-caching
 * - Gemini: reads 0.1 × from version 2.5 on, 0.25 × before, writes as input.
 *   https://cloud.google.com/vertex-ai/generative-ai/docs/context-cache/context-cache-overview
 */
export function withCachePrices(
  stated: StatedRates,
  family: PriceFamily | undefined,
  modelId: string,
): Rates {
  const { input, output } = stated;
  const isClaude = family === 'anthropic' || family === 'aws';
  const cacheWrite5m = stated.cacheWrite5m ?? (isClaude ? scaled(input, 5n, 4n) : input);
  return {
    input,
    output,
    cacheRead: stated.cacheRead ?? derivedCacheRead(input, family, modelId),
    cacheWrite5m,
    cacheWrite1h: stated.cacheWrite1h ?? (isClaude ? input * 2n : cacheWrite5m),
  };
}

function derivedCacheRead(
  input: NanoUsdPerMillionTokens,
  family: PriceFamily | undefined,
  modelId: string,
): NanoUsdPerMillionTokens {
  switch (family) {
    case 'anthropic':
    case 'aws':
      return scaled(input, 1n, 10n);
    case 'openai':
      return scaled(input, 1n, 2n);
    case 'google':
      return isGemini25OrLater(modelId) ? scaled(input, 1n, 10n) : scaled(input, 1n, 4n);
    case undefined:
      return input;
  }
}

/** False for a name that tells no version: the dearer rule is the safe one. */
function isGemini25OrLater(modelId: string): boolean {
  const version = /(?:^|-)(\d)(?:[.-](\d)(?!\d))?(?=-|$)/.exec(modelId);
  if (!version) return false;
  return Number(`${version[1]}.${version[2] ?? '0'}`) >= 2.5;
}

/** `price × numerator / denominator`, half up. */
export function scaled(
  price: NanoUsdPerMillionTokens,
  numerator: bigint,
  denominator: bigint,
): NanoUsdPerMillionTokens {
  return divideHalfUp(price * numerator, denominator);
}
