import assert from 'node:assert/strict';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { CALL_COST_USD, chatAt } from './team-call.ts';

describe("candela-server's metrics", () => {
  let fake: FakeProvider;
  let server: TestServer;
  before(async () => {
    fake = await startFakeProvider();
    server = await startServer({
      providers: [{ name: 'openai', upstream: fake.url }],
      defaultDailyBudgetUsd: 1,
    });
  });
  after(async () => {
    await server.stop();
    await fake.stop();
  });

  it('say what calls there were and what they cost, in Prometheus’ text format', async () => {
    const called = await chatAt(server.url);
    await called.text();
    const refused = await fetch(`${server.url}/proxy/openai/v1/chat/completions`, {
      method: 'POST',
      body: '{"model":"no-such-model","messages":[]}',
    });
    await refused.text();

    const answer = await fetch(`${server.url}/metrics`);
    const text = await answer.text();
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const labels = 'provider="openai",model="gpt-4o-mini"';
    for (const line of [
      `candela_llm_calls_total{${labels},status_class="2xx"} 1`,
      `candela_llm_cost_usd_total{${labels}} ${CALL_COST_USD}`,
      'candela_refusals_total{type="invalid_request_error"} 1',
      'candela_spans_dropped_total{writer="duckdb"} 0',
    ]) {
      assert.ok(text.split('\n').includes(line), `${line} in\n${text}`);
    }
  });
});
