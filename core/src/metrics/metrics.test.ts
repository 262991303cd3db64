import assert from 'node:assert/strict';
import { anLlmSpan, aSpan, nano } from '../storage/contract-suites/span-fixture.ts';
import { Metrics } from './metrics.ts';

describe('metrics', () => {
  const linesOf = async (metrics: Metrics, name: string): Promise<readonly string[]> =>
    (await metrics.text()).body.split('\n').filter((line) => line.startsWith(name));
  const withStatus = (code: bigint) => ({ attributes: [{ key: 'http.response.status_code', value: code }] });

  it('counts calls, tokens, money and time by provider and model', async () => {
    const metrics = new Metrics({ spansDropped: () => new Map() });
    const usage = { inputTokens: 10, outputTokens: 5, costNanoUsd: nano(250_000_000n) };
    metrics.countCall(anLlmSpan({ ...withStatus(200n), durationNs: 2e9 }, usage));
    metrics.countCall(anLlmSpan({ ...withStatus(200n), durationNs: 2e9 }, usage));
    metrics.countCall(anLlmSpan({ ...withStatus(503n), status: 'error' }));
    metrics.countCall(anLlmSpan({ status: 'error' }));
    metrics.countCall(aSpan());
    const labels = 'provider="openai",model="gpt-4o"';
    assert.deepEqual(await linesOf(metrics, 'candela_llm_calls_total'), [
      `candela_llm_calls_total{${labels},status_class="2xx"} 2`,
      `candela_llm_calls_total{${labels},status_class="5xx"} 1`,
      `candela_llm_calls_total{${labels},status_class="none"} 1`,
    ]);
    assert.deepEqual(await linesOf(metrics, 'candela_llm_tokens_total'), [
      `candela_llm_tokens_total{${labels},direction="input"} 20`,
      `candela_llm_tokens_total{${labels},direction="output"} 10`,
    ]);
    assert.deepEqual(await linesOf(metrics, 'candela_llm_cost'), [
      `candela_llm_cost_usd_total{${labels}} 0.5`,
    ]);
    assert.deepEqual(await linesOf(metrics, 'candela_llm_call_duration_seconds_count'), [
      `candela_llm_call_duration_seconds_count{${labels}} 4`,
    ]);
  });

  it('counts refusals by type, and spans as they are lost', async () => {
    let lost = 0;
    const metrics = new Metrics({ spansDropped: () => new Map([['otlp', lost]]) });
    metrics.countRefusal('insufficient_budget');
    for (lost of [3, 7]) {
      assert.deepEqual(await linesOf(metrics, 'candela_spans'), [
        `candela_spans_dropped_total{writer="otlp"} ${lost}`,
      ]);
    }
    assert.deepEqual(await linesOf(metrics, 'candela_ref'), [
      'candela_refusals_total{type="insufficient_budget"} 1',
    ]);
  });

  it('keeps no series without end for names that callers make up', async () => {
    const metrics = new Metrics({ spansDropped: () => new Map() });
    for (let n = 0; n < 600; n++) metrics.countCall(anLlmSpan({}, { model: `made-up-${n}` }));
    assert.equal((await linesOf(metrics, 'candela_llm_calls_total')).length, 501);
  });
});
