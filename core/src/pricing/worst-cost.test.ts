import assert from 'node:assert/strict';
import fc from 'fast-check';

import { costOf } from './calculator.ts';
import { createPriceBook } from './price-book.ts';
import { clockAt, someModel, someUsage } from './testing/priced-models.ts';
import { worstCostOf } from './worst-cost.ts';

const prices = createPriceBook({ clock: clockAt('2026-11-21') });

describe('worstCostOf', () => {
  it('is all input written to the dearest cache, and all output', () => {
    const model = prices.find('anthropic', 'claude-opus-4-7');
    assert.ok(model);
    const bounds = { model, inputTokenBound: 1000, outputTokenCap: 100 };
    // 1 000 × 10 USD/million (an hour's cache) + 100 × 25 USD/million
    assert.equal(worstCostOf(bounds), 12_500_000n);
    assert.equal(worstCostOf({ ...bounds, cacheWrites: '5m' }), 8_750_000n);
    assert.equal(worstCostOf({ ...bounds, cacheWrites: 'none' }), 7_500_000n);
  });

  it('takes the dearer tier only if the input can reach it', () => {
    const model = prices.find('google', 'gemini-2.5-pro');
    assert.ok(model);
    const at = (inputTokenBound: number): bigint =>
      worstCostOf({ model, inputTokenBound, outputTokenCap: 1000 });
    assert.equal(at(200_000), 260_000_000n);
    assert.equal(at(200_001), 515_002_500n);
  });

  it('is nothing for a local model', () => {
    const model = prices.find('local', 'llama3');
    assert.ok(model);
    assert.equal(worstCostOf({ model, inputTokenBound: 1e6, outputTokenCap: 1e6 }), 0n);
  });

  it('is never below what a call within the bounds costs', () => {
    fc.assert(
      fc.property(someUsage, someModel, fc.nat(1000), fc.nat(1000), (usage, model, moreInput, moreOutput) => {
        const worst = worstCostOf({
          model,
          inputTokenBound: usage.inputTokens + moreInput,
          outputTokenCap: usage.outputTokens + moreOutput,
        });
        assert.ok(costOf(usage, model) <= worst);
      }),
    );
  });
});
