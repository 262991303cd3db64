import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { collect } from '../fakes/collect.ts';
import { type FakeProvider, startFakeProvider } from '../fakes/provider/start.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { ledgerIn } from './rig.ts';

/** A runtime on this machine and a paid provider both have `gpt-4o`. */
describe('models of the local runtime', () => {
  let runtime: FakeProvider;
  let paid: FakeProvider;
  let daemon: TestDaemon;
  let client: OpenAI;

  before(async () => {
    runtime = await startFakeProvider({ openaiKeys: null });
    paid = await startFakeProvider({ openaiKeys: null });
    daemon = await startDaemon({
      providers: [{ name: 'openai', upstream: paid.url }],
      config: { local_upstream: `${runtime.url}/v1` },
      // Less than any paid call could cost.
      budgetDailyUsd: 0.000_000_001,
    });
    client = new OpenAI({ apiKey: 'sk-of-the-client', baseURL: `${daemon.url}/v1`, maxRetries: 0 });
  });
  afterEach(async () => {
    await runtime.reset();
    await paid.reset();
  });
  after(async () => {
    await daemon.stop();
    await runtime.stop();
    await paid.stop();
  });

  const messages = [{ role: 'user' as const, content: 'Hi [usage in=1000000 out=1000000]' }];

  it('are listed before those of others, which are listed too', async () => {
    const models = await collect(client.models.list());
    const owner = (id: string): string[] =>
      models.filter((model) => model.id === id).map((model) => model.owned_by);
    assert.deepEqual(owner('gpt-4o'), ['local']);
    assert.deepEqual(owner('gpt-5'), ['openai']);
  });

  it('are asked instead of a remote one of the same name, for nothing, whatever the budget', async () => {
    const answer = await client.chat.completions.create({ model: 'gpt-4o', messages });
    assert.equal(answer.usage?.prompt_tokens, 1_000_000);
    const call = (await runtime.requests()).find(({ method }) => method === 'POST');
    assert.equal(call?.path, '/v1/chat/completions');
    assert.equal(call?.headers['authorization'], undefined, 'a key of the client is for somebody else');
    assert.deepEqual(await paid.requests(), []);
    const { spent, reserved } = ledgerIn(daemon.home);
    assert.deepEqual([spent, reserved], [0n, 0n]);
  });

  it('stream as they would without Candela, and their tokens are known', async () => {
    const ask = (baseURL: string) =>
      new OpenAI({ apiKey: 'k', baseURL, maxRetries: 0 }).chat.completions
        .create({ model: 'gpt-4o', messages, stream: true })
        .then((stream) => collect(stream));
    assert.deepEqual(await ask(`${daemon.url}/proxy/local/v1`), await ask(`${runtime.url}/v1`));
    const answer = await fetch(`${daemon.url}/candela.v1.TraceService/SearchSpans`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const { spans } = (await answer.json()) as { spans: { genAi: Record<string, unknown> }[] };
    assert.ok(spans.length > 0);
    for (const { genAi } of spans) {
      assert.deepEqual(
        [genAi['provider'], genAi['inputTokens'], genAi['outputTokens'], genAi['costUsd'] ?? 0],
        ['local', '1000000', '1000000', 0],
      );
    }
  });

  it('leave the budget to the others', async () => {
    await assert.rejects(client.chat.completions.create({ model: 'gpt-5', messages }), OpenAI.APIError);
    assert.deepEqual(await paid.requests(), []);
  });
});
