import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { collect } from '../fakes/collect.ts';
import type { FakeServer } from '../fakes/fake-server.ts';
import { FAKE_GEMINI_KEY, startFakeGemini } from '../fakes/gemini/gemini.ts';
import { type FakeProvider, type RecordedRequest, startFakeProvider } from '../fakes/provider/start.ts';
import { ledgerIn } from '../gateway/rig.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { sdkOutcome, type SdkOutcome } from './sdk-outcome.ts';

type ChatRequest = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

const TOOLS: OpenAI.Chat.ChatCompletionTool[] = ['weather', 'wind'].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
}));
const PICTURE = 'data:image/png;base64,iVBORw0KGgo=';
const USED = '[usage in=1000 out=90 cached=400]';

/** A provider that is asked in OpenAI's words, and what 600 fresh, 400 cached and 90 written tokens cost there. */
const PROVIDERS = {
  openai: { model: 'gpt-4o-mini', cost: 600n * 150n + 400n * 75n + 90n * 600n, direct: '/v1' },
  'gemini-oai': {
    model: 'gemini-2.5-flash',
    cost: 600n * 300n + 400n * 30n + 90n * 2_500n,
    direct: '/v1beta/openai',
  },
  local: { model: 'some-local-model', cost: 0n, direct: '/v1' },
} as const;

function said(outcome: SdkOutcome | undefined): string {
  assert.ok(outcome !== undefined);
  return 'value' in outcome ? outcome.value : `failed: ${JSON.stringify(outcome)}`;
}

describe('the SDK of OpenAI', () => {
  let fake: FakeProvider;
  let gemini: FakeServer;
  let daemon: TestDaemon;

  before(async () => {
    fake = await startFakeProvider({ openaiKeys: null });
    gemini = await startFakeGemini();
    daemon = await startDaemon({
      providers: [
        { name: 'openai', upstream: fake.url },
        { name: 'gemini-oai', upstream: gemini.url },
      ],
      config: { local_upstream: `${fake.url}/v1` },
      budgetDailyUsd: 1000,
    });
  });
  afterEach(async () => {
    gemini.reset();
    await fake.reset();
  });
  after(async () => {
    await daemon.stop();
    await gemini.stop();
    await fake.stop();
  });

  for (const [provider, { model, cost, direct }] of Object.entries(PROVIDERS)) {
    describe(`with ${provider}`, () => {
      const upstream = (): FakeProvider | FakeServer => (provider === 'gemini-oai' ? gemini : fake);
      const sdk = (baseURL: string): OpenAI =>
        new OpenAI({ apiKey: FAKE_GEMINI_KEY, baseURL, maxRetries: 0 });
      const viaCandela = (): OpenAI => sdk(`${daemon.url}/proxy/${provider}/v1`);
      const both = (): OpenAI[] => [sdk(`${upstream().url}${direct}`), viaCandela()];

      const ask = (prompt: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
        ...{ model, max_tokens: 500, messages: [{ role: 'user', content: prompt }] },
        ...more,
      });
      const completed = async (request: ChatRequest): Promise<string> => {
        const [theirs, ours] = await Promise.all(
          both().map((client) => sdkOutcome(() => client.chat.completions.create(request))),
        );
        assert.deepEqual(ours, theirs);
        return said(ours);
      };
      const streamed = async (request: ChatRequest): Promise<string> => {
        const [theirs, ours] = await Promise.all(
          both().map((client) =>
            sdkOutcome(async () =>
              collect(await client.chat.completions.create({ ...request, stream: true })),
            ),
          ),
        );
        assert.deepEqual(ours, theirs);
        return said(ours);
      };
      const chats = async (): Promise<RecordedRequest[]> =>
        (await upstream().requests()).filter(({ path }) => path.endsWith('/chat/completions'));
      const charged = async (call: () => Promise<unknown>): Promise<bigint> => {
        const before = ledgerIn(daemon.home).spent;
        await call();
        await waitUntil({
          what: 'the reservation to end',
          probe: () => ledgerIn(daemon.home).reservations === 0n || undefined,
        });
        return ledgerIn(daemon.home).spent - before;
      };

      it('calls tools, several at once, whole and in a stream', async () => {
        const request = ask('Oslo [tool count=2]', { tools: TOOLS });
        assert.match(await completed(request), /"name":"weather".*"name":"wind"/);
        assert.match(await streamed(request), /"name":"weather".*"name":"wind"/);
        for (const { body } of await chats()) {
          assert.deepEqual((JSON.parse(body) as ChatRequest).tools, TOOLS);
        }
      });

      it('takes images, which arrive as they were sent and are paid for', async () => {
        const content: OpenAI.Chat.ChatCompletionContentPart[] = [
          { type: 'text', text: `What is it? ${USED}` },
          { type: 'image_url', image_url: { url: PICTURE } },
        ];
        const request = ask('', { messages: [{ role: 'user', content }] });
        assert.equal(await charged(() => completed(request)), cost);
        assert.deepEqual(
          (await chats()).map(({ body }) => body),
          [JSON.stringify(request), JSON.stringify(request)],
        );
      });

      it('is told what was cached, and pays the price for it, streamed or not', async () => {
        const request = ask(USED);
        assert.match(await completed(request), /"cached_tokens":400/);
        assert.equal(await charged(() => viaCandela().chat.completions.create(request)), cost);
        assert.equal(await charged(() => streamed(request)), cost);
      });

      it('is told the usage of a stream if it asks', async () => {
        const request = ask(USED, { stream_options: { include_usage: true } });
        assert.match(await streamed(request), /"prompt_tokens":1000,/);
      });

      it('fails as it would without Candela, for nothing', async () => {
        for (const fault of [
          '[fault status code=429]',
          '[fault status code=500]',
          '[fault status code=400]',
        ]) {
          assert.equal(await charged(() => completed(ask(`Hi ${fault}`))), 0n, fault);
        }
        assert.match(await streamed(ask('Hi [fault cut after_events=3]')), /^failed: /);
      });

      it('ends the model’s work when it hangs up', async () => {
        const stream = await viaCandela().chat.completions.create({
          ...ask('[answer chars=4000][fault stall after_events=5]'),
          stream: true,
        });
        for await (const chunk of stream) if (chunk.choices.length > 0) break;
        const seen = await waitUntil({
          what: 'the call to end at the provider',
          probe: async () => (await chats()).find(({ end }) => end !== 'open'),
        });
        assert.equal(seen.end, 'client_gone');
      });
    });
  }
});
