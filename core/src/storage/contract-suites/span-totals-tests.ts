import assert from 'node:assert/strict';
import { aSpan, anLlmSpan, MINUTE_US, nano, START_US } from './span-fixture.ts';
import type { SpanStore } from './span-store-suite.ts';

const NOTHING = {
  traces: 0,
  spans: 0,
  llmCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
  costNanoUsd: 0n,
  avgLatencyMs: 0,
  errorRate: 0,
};

const USAGE = { inputTokens: 10, outputTokens: 2, cacheReadTokens: 8, cacheCreationTokens: 1 };

export function spanTotalsTests(store: () => SpanStore): void {
  describe('usageTotals', () => {
    it('is all zeros over nothing', async () => {
      assert.deepEqual(await store().usageTotals({}), NOTHING);
      await store().write([aSpan({ userId: 'ada' })]);
      assert.deepEqual(await store().usageTotals({ userId: 'bob' }), NOTHING);
    });

    it('counts and sums, with latency and errors of language-model calls only', async () => {
      const traceId = 'f'.repeat(32);
      await store().write([
        aSpan({ traceId, durationNs: 9_000_000_000, status: 'error' }),
        anLlmSpan({ traceId, durationNs: 1_500_000 }, { ...USAGE, costNanoUsd: nano(5n) }),
        anLlmSpan({ durationNs: 500_000, status: 'error' }, { ...USAGE, costNanoUsd: nano(7n) }),
        anLlmSpan({ kind: 'embedding', durationNs: 1_000_000 }, { inputTokens: 3 }),
        anLlmSpan({ kind: 'llm', durationNs: 1_000_000, userId: 'someone' }),
      ]);
      assert.deepEqual(await store().usageTotals({}), {
        traces: 4,
        spans: 5,
        llmCalls: 4,
        inputTokens: 23,
        outputTokens: 4,
        cacheReadTokens: 16,
        cacheCreationTokens: 2,
        costNanoUsd: 12n,
        avgLatencyMs: 1,
        errorRate: 0.25,
      });
    });

    it('sums what has all the labels that were asked for', async () => {
      const cost = (labels: Record<string, string>, amount: bigint) =>
        anLlmSpan({ labels }, { model: `m${amount}`, costNanoUsd: nano(amount) });
      await store().write([
        cost({ branch: 'a,b', repo: 'r' }, 1n),
        cost({ branch: 'a,b' }, 2n),
        cost({ branch: 'A,B', repo: 'r' }, 4n),
        cost({ repo: 'a,b' }, 8n),
        cost({ 'a"b': 'ü', ['__proto__']: '' }, 16n),
        cost({}, 32n),
      ]);
      const sumOf = async (labels: Record<string, string>) =>
        Number((await store().usageTotals({ labels })).costNanoUsd);
      assert.equal(await sumOf({ branch: 'a,b' }), 3);
      assert.equal(await sumOf({ branch: 'a,b', repo: 'r' }), 1);
      assert.equal(await sumOf({ 'a"b': 'ü' }), 16);
      assert.equal(await sumOf({ ['__proto__']: '' }), 16);
      assert.equal(await sumOf({ branch: '' }), 0);
      assert.equal(await sumOf({ "x' OR 1=1 --": 'y' }), 0);
      assert.equal(await sumOf({}), 63);
      const labels = { branch: 'a,b' };
      const models = await store().modelTotals({ labels });
      assert.deepEqual(
        models.map(({ model }) => model),
        ['m2', 'm1'],
      );
      assert.equal((await store().usageOverTime({ labels }, MINUTE_US))[0]?.llmCalls, 2);
    });

    it('adds money exactly, past a double and past an int64', async () => {
      const costs = [8_999_999_999_999_999_999n, 8_999_999_999_999_999_998n, 9_007_199_254_740_993n, 1n];
      await store().write(costs.map((cost) => anLlmSpan({}, { costNanoUsd: nano(cost) })));
      const sum = costs.reduce((total, cost) => total + cost);
      assert.equal((await store().usageTotals({})).costNanoUsd, sum);
      assert.equal((await store().modelTotals({}))[0]?.costNanoUsd, sum);
    });

    it('does not fail on token counts that no call can have', async () => {
      const inputTokens = Number.MAX_SAFE_INTEGER;
      await store().write(Array.from({ length: 1100 }, () => anLlmSpan({}, { inputTokens })));
      const { traces } = await store().listTraces({}, 'total_tokens', true, { limit: 1, offset: 0 });
      assert.equal(traces.length, 1);
      assert.ok((await store().usageTotals({})).inputTokens >= inputTokens * 1099);
    });
  });

  describe('usageOverTime', () => {
    it('has a bucket for each stretch with spans, ascending and aligned', async () => {
      const aligned = Math.floor(START_US / MINUTE_US) * MINUTE_US;
      await store().write([
        anLlmSpan({ startTimeUnixUs: aligned + 5 * MINUTE_US }, { costNanoUsd: nano(9n) }),
        anLlmSpan({ startTimeUnixUs: aligned + MINUTE_US - 1 }, { costNanoUsd: nano(2n) }),
        anLlmSpan({ startTimeUnixUs: aligned, status: 'error' }, { ...USAGE, costNanoUsd: nano(1n) }),
        aSpan({ startTimeUnixUs: -1 }),
        aSpan({ startTimeUnixUs: aligned, userId: 'another' }),
      ]);
      const call = { ...NOTHING, traces: 1, spans: 1, llmCalls: 1, avgLatencyMs: 1 };
      assert.deepEqual(await store().usageOverTime({ userId: '' }, MINUTE_US), [
        { ...NOTHING, startUnixUs: -MINUTE_US, traces: 1, spans: 1 },
        {
          ...call,
          ...USAGE,
          startUnixUs: aligned,
          traces: 2,
          spans: 2,
          llmCalls: 2,
          costNanoUsd: 3n,
          errorRate: 0.5,
        },
        { ...call, startUnixUs: aligned + 5 * MINUTE_US, costNanoUsd: 9n },
      ]);
    });

    it('has none over nothing, and wants a bucket of some length', async () => {
      assert.deepEqual(await store().usageOverTime({}, MINUTE_US), []);
      await assert.rejects(store().usageOverTime({}, 0), RangeError);
    });
  });

  describe('modelTotals', () => {
    it('sums up language-model calls by provider and model, dearest first', async () => {
      await store().write([
        anLlmSpan({ durationNs: 3_000_000 }, { ...USAGE, costNanoUsd: nano(1n) }),
        anLlmSpan({ durationNs: 1_000_000 }, { ...USAGE, costNanoUsd: nano(2n) }),
        anLlmSpan({}, { provider: 'azure', costNanoUsd: nano(3n) }),
        anLlmSpan({}, { model: 'dear', costNanoUsd: nano(4n) }),
        anLlmSpan({ kind: 'agent' }, { model: 'no call', costNanoUsd: nano(99n) }),
        aSpan({ kind: 'llm' }),
      ]);
      const one = { ...NOTHING, calls: 1, avgLatencyMs: 1 };
      const { traces: _t, spans: _s, llmCalls: _l, errorRate: _e, ...each } = one;
      assert.deepEqual(await store().modelTotals({}), [
        { ...each, model: 'dear', provider: 'openai', costNanoUsd: 4n },
        { ...each, model: 'gpt-4o', provider: 'azure', costNanoUsd: 3n },
        {
          ...each,
          model: 'gpt-4o',
          provider: 'openai',
          calls: 2,
          inputTokens: 20,
          outputTokens: 4,
          cacheReadTokens: 16,
          cacheCreationTokens: 2,
          costNanoUsd: 3n,
          avgLatencyMs: 2,
        },
        { ...each, model: '', provider: '' },
      ]);
    });

    it('is empty over nothing and narrows like every query', async () => {
      assert.deepEqual(await store().modelTotals({}), []);
      await store().write([anLlmSpan({ userId: 'ada' })]);
      assert.deepEqual(await store().modelTotals({ userId: 'bob' }), []);
      assert.equal((await store().modelTotals({ userId: 'ada' })).length, 1);
    });
  });
}
