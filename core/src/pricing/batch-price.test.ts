import assert from 'node:assert/strict';
import { atBatchPrice } from './batch-price.ts';
import { costOf } from './calculator.ts';
import { createPriceBook } from './price-book.ts';
import type { PricedModel } from './model-price.ts';
import { worstCostOf } from './worst-cost.ts';

const priced = (discountPpb = 0n, globalDiscountPpb = 0n): PricedModel => {
  const model = createPriceBook({}).find('anthropic-direct', 'claude-sonnet-4-20250514');
  assert.ok(model);
  return { ...model, discountPpb, globalDiscountPpb };
};
const USAGE = {
  ...{ inputTokens: 10_000, outputTokens: 400 },
  ...{ cacheReadTokens: 2_000, cacheWrite5mTokens: 1_000, cacheWrite1hTokens: 600 },
};

describe('the price of a batch', () => {
  it('is half of what the same tokens cost in a call, of every kind', () => {
    for (const model of [priced(), priced(100_000_000n), priced(100_000_000n, 250_000_000n)]) {
      assert.equal(costOf(USAGE, atBatchPrice(model)) * 2n, costOf(USAGE, model));
    }
  });

  it('halves the worst cost too', () => {
    const worst = { inputTokenBound: 5_000, outputTokenCap: 1_000 };
    assert.equal(
      worstCostOf({ model: atBatchPrice(priced()), ...worst }) * 2n,
      worstCostOf({ model: priced(), ...worst }),
    );
  });

  it('leaves what is free free', () => {
    assert.equal(costOf(USAGE, atBatchPrice(priced(1_000_000_000n))), 0n);
  });
});
