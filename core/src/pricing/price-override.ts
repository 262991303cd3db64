import { nanoUsdFromUsd, scaleDecimal } from '../money/index.ts';
import { scaled, withCachePrices } from './cache-price-rules.ts';
import type { ModelPrice, NanoUsdPerMillionTokens, PricedModel, PriceSource, Rates } from './model-price.ts';
import { priceFamilyOf } from './provider-families.ts';

/**
 * A price someone wrote: an entry of `pricing.models` in the configuration, of the admin's catalog, or a model
 * that a provider of our own brings along. Prices are USD per million tokens.
 *
 * - Without `input_per_million` and `output_per_million` the list price stands and only the rest counts
 *   (a discount, say); one alone is refused.
 * - Cache prices that are missing keep the proportion to input they have in the built-in list, else follow
 *   the provider's rule (`cache-price-rules.ts`).
 * - A given price replaces the tiers of the list, too; `*_high` with `tier_threshold_tokens` makes one tier.
 * - `discount_percent` is, its name notwithstanding, a fraction from 0 to 1, as in the catalog's messages:
 *   `0.15` takes 15 % off.
 */
export interface PriceOverride {
  readonly provider: string;
  readonly model: string;
  readonly input_per_million?: number | undefined;
  readonly output_per_million?: number | undefined;
  readonly cache_read_per_million?: number | undefined;
  /** Written for five minutes (and, where there is but one kind of write, for any time). */
  readonly cache_write_per_million?: number | undefined;
  readonly cache_write_1h_per_million?: number | undefined;
  readonly input_per_million_high?: number | undefined;
  readonly output_per_million_high?: number | undefined;
  /** Calls with more input than this pay the `*_high` prices. 0 means no tier. */
  readonly tier_threshold_tokens?: number | undefined;
  readonly discount_percent?: number | undefined;
  readonly display_name?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly context_window?: number | undefined;
  readonly max_output_tokens?: number | undefined;
}

const PARTS_PER_BILLION_DIGITS = 9;
const PPB = 1_000_000_000n;

/**
 * A discount as parts per billion, exact to nine decimals.
 *
 * @param where names the value in the error, as the operator wrote it.
 * @throws RangeError unless it is a number from 0 to 1.
 */
export function discountPpbFrom(fraction: number, where: string): bigint {
  if (typeof fraction !== 'number' || !(fraction >= 0 && fraction <= 1)) {
    throw new RangeError(
      `${where} must be a fraction from 0 to 1, got ${String(fraction)}: write 0.15 for 15 %`,
    );
  }
  return scaleDecimal(fraction, PARTS_PER_BILLION_DIGITS);
}

/** What an override is laid over: the built-in price, if the list has one, and what it is filed under. */
export interface OverrideContext {
  readonly builtIn: ModelPrice | undefined;
  readonly source: PriceSource;
  readonly globalDiscountPpb: bigint;
  /** What a cached Gemini token costs, in parts per billion of input, where the override does not say. */
  readonly geminiCacheReadPpb?: bigint | undefined;
  /** Names the entry in errors, e.g. `pricing.models[0]`. */
  readonly where: string;
}

/** @throws RangeError that names the entry and the key when a value cannot be a price. */
export function pricedModelFromOverride(override: PriceOverride, context: OverrideContext): PricedModel {
  const { builtIn, where } = context;
  const displayName = override.display_name || builtIn?.displayName;
  const contextWindowTokens =
    tokensFrom(override.context_window, `${where}.context_window`) ?? builtIn?.contextWindowTokens;
  const maxOutputTokens =
    tokensFrom(override.max_output_tokens, `${where}.max_output_tokens`) ?? builtIn?.maxOutputTokens;
  return {
    provider: override.provider,
    modelId: override.model,
    ...(displayName !== undefined && { displayName }),
    ...(contextWindowTokens !== undefined && { contextWindowTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...pricesFrom(override, context),
    ...(builtIn?.validFromUnixMs !== undefined && { validFromUnixMs: builtIn.validFromUnixMs }),
    source: context.source,
    discountPpb: discountPpbFrom(override.discount_percent ?? 0, `${where}.discount_percent`),
    globalDiscountPpb: context.globalDiscountPpb,
  };
}

function pricesFrom(
  override: PriceOverride,
  { builtIn, where, geminiCacheReadPpb }: OverrideContext,
): Pick<ModelPrice, 'rates' | 'tiers'> {
  const rate = (key: RateKey): NanoUsdPerMillionTokens | undefined =>
    rateFrom(override[key], `${where}.${key}`);
  const input = rate('input_per_million');
  const output = rate('output_per_million');
  if (input === undefined || output === undefined) {
    if (builtIn && input === output)
      return { rates: withStatedCache(builtIn.rates, rate), tiers: builtIn.tiers };
    const missing = input === undefined ? 'input_per_million' : 'output_per_million';
    throw new RangeError(
      `${where}.${missing} is missing for ${override.provider}/${override.model}: ` +
        (builtIn ? 'give both prices or none' : 'the built-in list has no such model, so give both prices'),
    );
  }
  const family = priceFamilyOf(override.provider);
  const ratesAt = (tierInput: bigint, tierOutput: bigint): Rates =>
    withCachePrices(
      {
        ...proportionalCache(builtIn?.rates, tierInput),
        ...(family === 'google' &&
          geminiCacheReadPpb !== undefined && { cacheRead: scaled(tierInput, geminiCacheReadPpb, PPB) }),
        ...{ input: tierInput, output: tierOutput },
      },
      family,
      override.model,
    );
  const threshold = tokensFrom(override.tier_threshold_tokens, `${where}.tier_threshold_tokens`);
  const high = rate('input_per_million_high') || input;
  const highOutput = rate('output_per_million_high') || output;
  return {
    rates: withStatedCache(ratesAt(input, output), rate),
    tiers: threshold === undefined ? [] : [{ aboveInputTokens: threshold, rates: ratesAt(high, highOutput) }],
  };
}

type RateKey = Extract<keyof PriceOverride, `${string}_per_million` | `${string}_per_million_high`>;

function withStatedCache(rates: Rates, rate: (key: RateKey) => bigint | undefined): Rates {
  const cacheWrite = rate('cache_write_per_million');
  return {
    ...rates,
    cacheRead: rate('cache_read_per_million') ?? rates.cacheRead,
    cacheWrite5m: cacheWrite ?? rates.cacheWrite5m,
    cacheWrite1h: rate('cache_write_1h_per_million') ?? greater(cacheWrite, rates.cacheWrite1h),
  };
}

/** An hour never costs less than five minutes. */
function greater(left: bigint | undefined, right: bigint): bigint {
  return left !== undefined && left > right ? left : right;
}

/** A negotiated input price moves the cache prices with it: GPT-5's reads stay at a tenth, GPT-4o's at a half. */
function proportionalCache(
  rates: Rates | undefined,
  input: bigint,
): Partial<Pick<Rates, 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h'>> {
  if (!rates || rates.input === 0n) return {};
  return {
    cacheRead: scaled(rates.cacheRead, input, rates.input),
    cacheWrite5m: scaled(rates.cacheWrite5m, input, rates.input),
    cacheWrite1h: scaled(rates.cacheWrite1h, input, rates.input),
  };
}

function rateFrom(usdPerMillion: number | undefined, where: string): NanoUsdPerMillionTokens | undefined {
  if (usdPerMillion === undefined) return undefined;
  if (typeof usdPerMillion !== 'number' || !(usdPerMillion >= 0 && usdPerMillion <= 1e9)) {
    throw new RangeError(
      `${where} must be USD per million tokens, a number from 0 to 1e9, got ${String(usdPerMillion)}`,
    );
  }
  return nanoUsdFromUsd(usdPerMillion);
}

/** 0 stands for "not set", as in the catalog's messages. */
function tokensFrom(tokens: number | undefined, where: string): number | undefined {
  if (tokens === undefined || tokens === 0) return undefined;
  if (!Number.isSafeInteger(tokens) || tokens < 0) {
    throw new RangeError(`${where} must be a whole number of tokens ≥ 0, got ${String(tokens)}`);
  }
  return tokens;
}
