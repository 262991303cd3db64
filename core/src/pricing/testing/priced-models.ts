import fc from 'fast-check';

import type { Clock } from '../../clock.ts';
import type { PricedModel, Rates } from '../model-price.ts';
import type { TokenUsage } from '../token-usage.ts';

/** A clock that stands at midnight (UTC) of a day, `YYYY-MM-DD`. */
export function clockAt(day: string): Clock {
  return { nowUnixMs: () => Date.parse(day), monotonicMs: () => 0 };
}

/** A model without tiers or discounts; rates not given are 0. */
export function pricedModel(rates: Partial<Rates>): PricedModel {
  return {
    provider: 'test',
    modelId: 'model',
    rates: { input: 0n, output: 0n, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n, ...rates },
    tiers: [],
    source: 'extra',
    discountPpb: 0n,
    globalDiscountPpb: 0n,
  };
}

/** Consistent usage: the cached parts are within the input. */
export const someUsage: fc.Arbitrary<TokenUsage> = fc
  .tuple(fc.nat(1_000_000), fc.nat(1_000_000), fc.nat(100_000), fc.nat(100_000), fc.nat(100_000))
  .map(([uncached, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens]) => ({
    inputTokens: uncached + cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens,
    outputTokens,
    cacheReadTokens,
    cacheWrite5mTokens,
    cacheWrite1hTokens,
  }));

/** Rates of any size, with each kind of input related to input as providers do it. */
const someRates: fc.Arbitrary<Rates> = fc
  .tuple(fc.bigInt(0n, 10n ** 12n), fc.bigInt(0n, 10n ** 12n))
  .map(([input, output]) => ({
    input,
    output,
    cacheRead: input / 10n,
    cacheWrite5m: (input * 5n) / 4n,
    cacheWrite1h: input * 2n,
  }));

const somePpb = fc.bigInt(0n, 10n ** 9n);

/** Any price there might be, with at most one tier that is dearer than the base, and any discounts. */
export const someModel: fc.Arbitrary<PricedModel> = fc
  .record({
    rates: someRates,
    threshold: fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined }),
    discountPpb: somePpb,
    globalDiscountPpb: somePpb,
  })
  .map(({ rates, threshold, discountPpb, globalDiscountPpb }) => ({
    ...pricedModel(rates),
    tiers: threshold === undefined ? [] : [{ aboveInputTokens: threshold, rates: doubled(rates) }],
    discountPpb,
    globalDiscountPpb,
  }));

function doubled({ input, output, cacheRead, cacheWrite5m, cacheWrite1h }: Rates): Rates {
  return {
    input: input * 2n,
    output: output * 2n,
    cacheRead: cacheRead * 2n,
    cacheWrite5m: cacheWrite5m * 2n,
    cacheWrite1h: cacheWrite1h * 2n,
  };
}
