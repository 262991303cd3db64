import assert from 'node:assert/strict';
import { costOf, type PricedModel, type TokenUsage } from '@candela/core/pricing';
import type { AnswerReading } from '../../core/src/gateway/usage/answer-reading.ts';
import { MAX_CONTENT_BYTES } from '../../core/src/spans/span-record.ts';
import { usedTokens } from '../../core/src/gateway/usage/used-tokens.ts';

const RATES = {
  input: 3_000_000_000n,
  output: 15_000_000_000n,
  cacheRead: 300_000_000n,
  cacheWrite5m: 3_750_000_000n,
  cacheWrite1h: 6_000_000_000n,
};
const MODEL: PricedModel = {
  ...{ provider: 'anthropic', modelId: 'priced', rates: RATES, source: 'list' },
  tiers: [{ aboveInputTokens: 200_000, rates: { ...RATES, input: 6_000_000_000n } }],
  ...{ discountPpb: 0n, globalDiscountPpb: 0n },
};

/** A billion of each kind, which is the most that a count can say. */
const HIGHEST_COST = 1_000n * Object.values(RATES).reduce((sum, rate) => sum + 2n * rate, 0n);

/** Input is a sum of as many counts: what was neither read nor written, read, and written for two lifetimes. */
const MOST_TOKENS_IN_ALL = 4_000_000_000;

/** Nothing a provider may send makes the money wrong or the memory large. @throws AssertionError */
export function checkReading(reading: AnswerReading, receivedBytes: number): void {
  if (reading.usage !== undefined) checkUsage(reading.usage);
  for (const { usage } of reading.besides ?? []) checkUsage(usage);
  checkCount(reading.outputBytes, 'outputBytes');
  // A number that a tool is called with may be written out longer than it came.
  assert.ok(reading.outputBytes <= 8 * receivedBytes, 'more was written than has come');
  assert.ok(reading.outputText.length <= MAX_CONTENT_BYTES, 'the kept text is bounded');
  const { usage } = usedTokens(reading, receivedBytes);
  checkUsage(usage);
  const cost: unknown = costOf(usage, MODEL);
  assert.ok(typeof cost === 'bigint' && cost >= 0n && cost <= HIGHEST_COST, `a cost of ${String(cost)}`);
}

function checkUsage(usage: TokenUsage): void {
  for (const [name, count] of Object.entries(usage)) checkCount(count, name);
  const parts = usage.cacheReadTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens;
  assert.ok(parts <= usage.inputTokens, 'more input is cached than there is');
}

function checkCount(count: unknown, name: string): void {
  assert.ok(Number.isSafeInteger(count), `${name} is ${String(count)}`);
  assert.ok(Number(count) >= 0 && Number(count) <= MOST_TOKENS_IN_ALL, `${name} is ${String(count)}`);
}

/** Every event of a translated stream is JSON, whose numbers are numbers and whose counts are counts. */
export function checkTranslated(text: string): void {
  for (const line of text.split('\n')) {
    if (!line.startsWith('data: ') || line === 'data: [DONE]') continue;
    JSON.parse(line.slice('data: '.length), (name: string, value: unknown) => {
      if (typeof value === 'number') assert.ok(Number.isFinite(value), name);
      if (name.endsWith('_tokens') && value !== null) checkCount(value, name);
      return value;
    });
  }
}
