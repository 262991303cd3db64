import { asNanoUsd, divideHalfUp } from '../money/index.ts';
import type { NanoUsd } from '../money/index.ts';
import type { PricedModel, Rates } from './model-price.ts';
import type { TokenUsage } from './token-usage.ts';

const TOKENS_PER_MILLION = 1_000_000n;
const PPB = 1_000_000_000n;

/** No call is larger: the widest context window there is holds 10 million tokens. */
const MAX_TOKENS_PER_KIND = 1_000_000_000;

/**
 * What a call costs: `Σ tokens / 1e6 × price × (1 − model discount) × (1 − global discount)`, exact until one
 * rounding, half up, to the nano-dollar at the end.
 *
 * The rates are those of the tier that all input together falls into. Counts come from outside, so they are
 * made whole here: NaN and what is below 0 counts as 0, a fraction as the next whole number, more than 1e9
 * (infinity included) as 1e9. Where the cached parts exceed the input they are in, the parts count.
 */
export function costOf(usage: TokenUsage, model: PricedModel): NanoUsd {
  const cacheReadTokens = wholeTokens(usage.cacheReadTokens);
  const cacheWrite5mTokens = wholeTokens(usage.cacheWrite5mTokens);
  const cacheWrite1hTokens = wholeTokens(usage.cacheWrite1hTokens);
  const cachedTokens = cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens;
  const inputTokens = Math.max(wholeTokens(usage.inputTokens), cachedTokens);
  const rates = ratesFor(model, inputTokens);
  const perMillion =
    BigInt(inputTokens - cachedTokens) * rates.input +
    BigInt(wholeTokens(usage.outputTokens)) * rates.output +
    BigInt(cacheReadTokens) * rates.cacheRead +
    BigInt(cacheWrite5mTokens) * rates.cacheWrite5m +
    BigInt(cacheWrite1hTokens) * rates.cacheWrite1h;
  return payable(perMillion, model);
}

/** The rates of a call with this much input in all. */
export function ratesFor(model: PricedModel, inputTokens: number): Rates {
  let { rates } = model;
  for (const tier of model.tiers) {
    if (inputTokens > tier.aboveInputTokens) ({ rates } = tier);
  }
  return rates;
}

/** From `Σ tokens × price per million` to the amount that is due: both discounts, one rounding. */
export function payable(sumPerMillion: bigint, model: PricedModel): NanoUsd {
  const { discountPpb, globalDiscountPpb } = model;
  if (discountPpb === 0n && globalDiscountPpb === 0n) {
    return asNanoUsd(divideHalfUp(sumPerMillion, TOKENS_PER_MILLION));
  }
  const due = sumPerMillion * (PPB - discountPpb) * (PPB - globalDiscountPpb);
  return asNanoUsd(divideHalfUp(due, TOKENS_PER_MILLION * PPB * PPB));
}

/** A count that `BigInt` takes: see `costOf` for the rule. */
export function wholeTokens(count: number): number {
  if (!(count > 0)) return 0;
  return Math.min(Math.ceil(count), MAX_TOKENS_PER_KIND);
}
