import assert from 'node:assert/strict';
import fc from 'fast-check';

import { costOf } from './calculator.ts';
import type { PricedModel, Rates } from './model-price.ts';
import { createPriceBook } from './price-book.ts';
import { NO_USAGE } from './token-usage.ts';
import type { TokenUsage } from './token-usage.ts';
import { clockAt, pricedModel, someModel, someUsage } from './testing/priced-models.ts';

describe('costOf', () => {
  it('is 18 dollars for a million tokens in and out of a 3/15 dollar model', () => {
    const model = pricedModel({ input: 3_000_000_000n, output: 15_000_000_000n });
    const usage = { ...NO_USAGE, inputTokens: 1_000_000, outputTokens: 1_000_000 };
    assert.equal(costOf(usage, model), 18_000_000_000n);
  });

  it('prices each kind of token by its own rate', () => {
    const model = pricedModel({
      input: 1_000_000n,
      output: 10_000_000n,
      cacheRead: 100_000_000n,
      cacheWrite5m: 1_000_000_000n,
      cacheWrite1h: 10_000_000_000n,
    });
    const usage = {
      inputTokens: 10,
      outputTokens: 2,
      cacheReadTokens: 3,
      cacheWrite5mTokens: 4,
      cacheWrite1hTokens: 1,
    };
    assert.equal(costOf(usage, model), 14_322n);
  });

  it('moves the whole call to the tier, from the first token past the threshold on', () => {
    const prices = createPriceBook({ clock: clockAt('2026-11-21') });
    const model = prices.find('google', 'gemini-2.5-pro');
    assert.ok(model);
    const at = { ...NO_USAGE, inputTokens: 200_000, outputTokens: 1000 };
    assert.equal(costOf(at, model), 260_000_000n);
    assert.equal(costOf({ ...at, inputTokens: 200_001 }, model), 515_002_500n);
  });

  it('counts cached tokens towards the threshold', () => {
    const model = createPriceBook().find('google', 'gemini-2.5-pro');
    assert.ok(model);
    const usage = { ...NO_USAGE, inputTokens: 200_001, cacheReadTokens: 200_000 };
    assert.equal(costOf(usage, model), 50_002_500n);
  });

  it('takes both discounts off exactly', () => {
    const prices = createPriceBook({
      models: [{ provider: 'openai', model: 'gpt-4o', discount_percent: 0.1 }],
      discountPercent: 0.07,
    });
    const model = prices.find('openai', 'gpt-4o');
    assert.ok(model);
    // 123 457 × 2.5 USD/million × 0.9 × 0.93 = 258 333 772.5 nano-dollars
    assert.equal(costOf({ ...NO_USAGE, inputTokens: 123_457 }, model), 258_333_773n);
  });

  it('is nothing at a discount of 1', () => {
    const model = createPriceBook({ discountPercent: 1 }).find('openai', 'gpt-4o');
    assert.ok(model);
    assert.equal(costOf({ ...NO_USAGE, inputTokens: 1000 }, model), 0n);
  });

  it('rounds once, half up', () => {
    const model = pricedModel({ input: 500_000n, output: 250_000n });
    assert.equal(costOf({ ...NO_USAGE, inputTokens: 1 }, model), 1n);
    assert.equal(costOf({ ...NO_USAGE, outputTokens: 1 }, model), 0n);
    assert.equal(costOf({ ...NO_USAGE, inputTokens: 1, outputTokens: 1 }, model), 1n);
    assert.equal(costOf({ ...NO_USAGE, inputTokens: 2, outputTokens: 2 }, model), 2n);
  });

  it('makes whole, countable tokens of whatever comes', () => {
    const model = pricedModel({ input: 1_000_000n });
    const costOfInput = (inputTokens: number): bigint => costOf({ ...NO_USAGE, inputTokens }, model);
    assert.deepEqual([Number.NaN, -1, -Infinity, -0, 0.2, 2.5, Infinity, 1e308].map(costOfInput), [
      0n,
      0n,
      0n,
      0n,
      1n,
      3n,
      1_000_000_000n,
      1_000_000_000n,
    ]);
  });

  it('charges the parts where they exceed the input they are part of', () => {
    const model = pricedModel({ input: 1_000_000n, cacheRead: 100_000n });
    assert.equal(costOf({ ...NO_USAGE, inputTokens: 10, cacheReadTokens: 100 }, model), 10n);
  });

  it('is never negative, whatever the counts', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 5, maxLength: 5 }), someModel, (counts, model) => {
        const [inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheWrite5mTokens = 0, last = 0] =
          counts;
        const usage = {
          inputTokens,
          outputTokens,
          cacheReadTokens,
          cacheWrite5mTokens,
          cacheWrite1hTokens: last,
        };
        assert.ok(costOf(usage, model) >= 0n);
      }),
    );
  });

  it('is the fraction that the formula gives, to half a nano-dollar', () => {
    fc.assert(
      fc.property(someUsage, someModel, (usage, model) => {
        const { numerator, denominator } = referenceCost(usage, model);
        const error = costOf(usage, model) * denominator - numerator;
        assert.ok(2n * error <= denominator && 2n * error > -denominator);
      }),
    );
  });

  it('never falls when tokens are added', () => {
    fc.assert(
      fc.property(
        someUsage,
        fc.nat(1_000_000),
        fc.nat(1_000_000),
        someModel,
        (usage, input, output, model) => {
          const more = {
            ...usage,
            inputTokens: usage.inputTokens + input,
            outputTokens: usage.outputTokens + output,
          };
          assert.ok(costOf(more, model) >= costOf(usage, model));
        },
      ),
    );
  });

  it('adds up: two calls cost what both together would, but for a nano-dollar of rounding', () => {
    fc.assert(
      fc.property(someUsage, someUsage, someModel, (left, right, tiered) => {
        const model = { ...tiered, tiers: [] };
        const apart = costOf(left, model) + costOf(right, model);
        const difference = apart - costOf(sumOf(left, right), model);
        assert.ok(difference >= -1n && difference <= 1n);
      }),
    );
  });

  it('adds up exactly where a token is a whole number of nano-dollars', () => {
    const model = createPriceBook().find('anthropic', 'claude-opus-4-7');
    assert.ok(model);
    fc.assert(
      fc.property(someUsage, someUsage, (left, right) => {
        assert.equal(costOf(left, model) + costOf(right, model), costOf(sumOf(left, right), model));
      }),
    );
  });
});

/** The contract's formula with nothing cancelled and nothing rounded. */
function referenceCost(
  usage: TokenUsage,
  model: PricedModel,
): { readonly numerator: bigint; readonly denominator: bigint } {
  const tier = model.tiers.findLast(({ aboveInputTokens }) => usage.inputTokens > aboveInputTokens);
  const rates = tier?.rates ?? model.rates;
  const uncached =
    usage.inputTokens - usage.cacheReadTokens - usage.cacheWrite5mTokens - usage.cacheWrite1hTokens;
  const kinds: readonly (readonly [number, keyof Rates])[] = [
    [uncached, 'input'],
    [usage.outputTokens, 'output'],
    [usage.cacheReadTokens, 'cacheRead'],
    [usage.cacheWrite5mTokens, 'cacheWrite5m'],
    [usage.cacheWrite1hTokens, 'cacheWrite1h'],
  ];
  const sum = kinds.reduce((total, [tokens, kind]) => total + BigInt(tokens) * rates[kind], 0n);
  return {
    numerator: sum * (10n ** 9n - model.discountPpb) * (10n ** 9n - model.globalDiscountPpb),
    denominator: 10n ** 24n,
  };
}

function sumOf(left: TokenUsage, right: TokenUsage): TokenUsage {
  return {
    inputTokens: left.inputTokens + right.inputTokens,
    outputTokens: left.outputTokens + right.outputTokens,
    cacheReadTokens: left.cacheReadTokens + right.cacheReadTokens,
    cacheWrite5mTokens: left.cacheWrite5mTokens + right.cacheWrite5mTokens,
    cacheWrite1hTokens: left.cacheWrite1hTokens + right.cacheWrite1hTokens,
  };
}
