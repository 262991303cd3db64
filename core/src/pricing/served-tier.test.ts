import assert from 'node:assert/strict';
import { costOf } from './calculator.ts';
import { atTier } from './served-tier.ts';
import { pricedModel } from './testing/priced-models.ts';

const USAGE = {
  ...{ inputTokens: 10_000, outputTokens: 400 },
  ...{ cacheReadTokens: 2_000, cacheWrite5mTokens: 1_000, cacheWrite1hTokens: 600 },
};
const RATES = {
  ...{ input: 3_000_000_000n, output: 15_000_000_000n },
  ...{ cacheRead: 300_000_000n, cacheWrite5m: 3_750_000_000n, cacheWrite1h: 6_000_000_000n },
};

describe('the price of a tier', () => {
  it('is its share of the list price, of every kind of token and on top of every discount', () => {
    for (const [discountPpb, globalDiscountPpb] of [
      [0n, 0n] as const,
      [100_000_000n, 250_000_000n] as const,
    ]) {
      const model = { ...pricedModel(RATES), discountPpb, globalDiscountPpb };
      const listed = costOf(USAGE, model);
      assert.equal(costOf(USAGE, atTier(model, undefined)), listed);
      assert.equal(costOf(USAGE, atTier(model, 'flex')) * 2n, listed);
      assert.equal(costOf(USAGE, atTier(model, 'us')) * 10n, listed * 11n);
    }
  });

  it('leaves free what is free', () => {
    const model = { ...pricedModel(RATES), discountPpb: 1_000_000_000n };
    assert.equal(costOf(USAGE, atTier(model, 'us')), 0n);
  });
});
