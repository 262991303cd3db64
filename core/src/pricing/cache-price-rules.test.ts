import assert from 'node:assert/strict';

import { withCachePrices } from './cache-price-rules.ts';
import type { PriceFamily } from './provider-families.ts';

const input = 1_000_000_000n;

describe('withCachePrices', () => {
  type Case = readonly [
    family: PriceFamily | undefined,
    modelId: string,
    read: bigint,
    w5m: bigint,
    w1h: bigint,
  ];
  const cases: readonly Case[] = [
    ['anthropic', 'claude-x', 100_000_000n, 1_250_000_000n, 2_000_000_000n],
    ['aws', 'anthropic.claude-x-v1:0', 100_000_000n, 1_250_000_000n, 2_000_000_000n],
    ['openai', 'gpt-x', 500_000_000n, input, input],
    ['google', 'gemini-2.5-flash', 100_000_000n, input, input],
    ['google', 'gemini-2-5-flash', 100_000_000n, input, input],
    ['google', 'gemini-live-2.5-flash', 100_000_000n, input, input],
    ['google', 'gemini-3-pro-preview', 100_000_000n, input, input],
    ['google', 'gemini-3.1-flash-lite', 100_000_000n, input, input],
    ['google', 'gemini-2.0-flash', 250_000_000n, input, input],
    ['google', 'gemini-1.5-pro-002', 250_000_000n, input, input],
    ['google', 'gemini-flash-1.5-8b', 250_000_000n, input, input],
    ['google', 'gemini-pro', 250_000_000n, input, input],
    ['google', 'gemini-embedding-001', 250_000_000n, input, input],
    [undefined, 'house-model', input, input, input],
  ];
  for (const [family, modelId, cacheRead, cacheWrite5m, cacheWrite1h] of cases) {
    it(`fills in the cache prices of ${modelId}`, () => {
      assert.deepEqual(withCachePrices({ input, output: 5n }, family, modelId), {
        input,
        output: 5n,
        cacheRead,
        cacheWrite5m,
        cacheWrite1h,
      });
    });
  }

  it('leaves what is stated, even a zero', () => {
    const stated = { input, output: 5n, cacheRead: 0n, cacheWrite5m: 7n, cacheWrite1h: 8n };
    assert.deepEqual(withCachePrices(stated, 'anthropic', 'claude-x'), stated);
  });

  it('takes the one write price of a provider with one kind of write for both', () => {
    const rates = withCachePrices({ input, output: 5n, cacheWrite5m: 7n }, 'openai', 'gpt-x');
    assert.equal(rates.cacheWrite1h, 7n);
  });
});
