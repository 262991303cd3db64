import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { collect } from '../fakes/collect.ts';
import { failureOf } from '../fakes/failure-of.ts';
import type { FakeServer } from '../fakes/fake-server.ts';
import { FAKE_GEMINI_KEY, startFakeGemini } from '../fakes/gemini/gemini.ts';
import { type FakeProvider, type RecordedRequest, startFakeProvider } from '../fakes/provider/start.ts';
import { ledgerIn } from '../gateway/rig.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { exchange } from './exchange.ts';

type MessageRequest = Anthropic.MessageCreateParamsNonStreaming;

const PROMPT = 'Say hello, 世界 🌍';
/** What the fakes answer to it. */
const ANSWER = `You said: ${PROMPT} — café, 你好，世界 🌍 👩‍💻 ✓`;
const USED = '[usage in=1000 out=90 cached=400]';

/** A provider in OpenAI's format, and what 600 fresh, 400 cached and 90 written tokens cost there in nano-dollars. */
const PROVIDERS = {
  // Not among the models of the local runtime, which would be asked first.
  openai: {
    model: 'gpt-4.1-nano',
    limit: 'max_completion_tokens',
    cost: 600n * 100n + 400n * 25n + 90n * 400n,
  },
  'gemini-oai': {
    ...{ model: 'gemini-2.5-flash', limit: 'max_tokens' },
    cost: 600n * 300n + 400n * 30n + 90n * 2_500n,
  },
  local: { model: 'gpt-4o', limit: 'max_tokens', cost: 0n },
} as const;

const TOOLS: Anthropic.Tool[] = ['weather', 'wind'].map((name) => ({
  name,
  input_schema: { type: 'object', properties: { city: { type: 'string' } } },
}));
const PICTURE: Anthropic.ImageBlockParam = {
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' },
};

describe('models in OpenAI’s format, for clients of Anthropic', () => {
  let paid: FakeProvider;
  let runtime: FakeProvider;
  let gemini: FakeServer;
  let daemon: TestDaemon;

  before(async () => {
    paid = await startFakeProvider({ openaiKeys: [FAKE_GEMINI_KEY], anthropicKeys: null });
    runtime = await startFakeProvider({ openaiKeys: null });
    gemini = await startFakeGemini();
    daemon = await startDaemon({
      providers: [
        { name: 'anthropic-direct', upstream: paid.url },
        { name: 'openai', upstream: paid.url },
        { name: 'gemini-oai', upstream: gemini.url },
      ],
      config: { local_upstream: `${runtime.url}/v1` },
      budgetDailyUsd: 1000,
    });
  });
  afterEach(async () => {
    gemini.reset();
    await paid.reset();
    await runtime.reset();
  });
  after(async () => {
    await daemon.stop();
    await gemini.stop();
    await runtime.stop();
    await paid.stop();
  });

  const clientAt = (path: string, apiKey = FAKE_GEMINI_KEY): Anthropic =>
    new Anthropic({ apiKey, baseURL: `${daemon.url}${path}`, maxRetries: 0 });

  for (const [provider, { model, limit, cost }] of Object.entries(PROVIDERS)) {
    describe(`with ${provider}`, () => {
      const upstreams = { openai: () => paid, 'gemini-oai': () => gemini, local: () => runtime };
      const upstream = upstreams[provider as keyof typeof PROVIDERS];
      const client = (): Anthropic => clientAt('');
      const ask = (
        content: Anthropic.MessageParam['content'],
        more: Partial<MessageRequest> = {},
      ): MessageRequest => ({ model, max_tokens: 500, messages: [{ role: 'user', content }], ...more });
      const chats = async (): Promise<RecordedRequest[]> =>
        (await upstream().requests()).filter(({ path }) => path.endsWith('/chat/completions'));
      const chatBody = async (): Promise<Record<string, unknown>> =>
        JSON.parse((await chats()).at(-1)?.body ?? '') as Record<string, unknown>;
      const charged = async (call: () => Promise<unknown>): Promise<bigint> => {
        const before = ledgerIn(daemon.home).spent;
        await call();
        await waitUntil({
          what: 'the reservation to end',
          probe: () => ledgerIn(daemon.home).reservations === 0n || undefined,
        });
        return ledgerIn(daemon.home).spent - before;
      };

      it('answers with a message', async () => {
        const message = await client().messages.create(ask(PROMPT, { system: 'Be short.' }));
        assert.deepEqual(
          [message.type, message.role, message.model, message.stop_reason],
          ['message', 'assistant', model, 'end_turn'],
        );
        assert.deepEqual(message.content, [{ type: 'text', text: ANSWER, citations: null }]);
        const { messages, [limit]: asked } = await chatBody();
        assert.equal(asked, 500);
        assert.deepEqual(messages, [
          { role: 'system', content: 'Be short.' },
          { role: 'user', content: PROMPT },
        ]);
      });

      it('does so at its own address too', async () => {
        const message = await clientAt(`/proxy/${provider}`).messages.create(ask(PROMPT));
        assert.deepEqual(message.content, [{ type: 'text', text: ANSWER, citations: null }]);
      });

      for (const fault of ['', '[fault split]', '[fault trickle bytes=7]', '[fault gzip]']) {
        it(`streams the same message: ${fault}`, async () => {
          const request = ask(`${PROMPT} ${fault}`);
          const whole = await client().messages.create(request);
          const streamed = await client().messages.stream(request).finalMessage();
          assert.deepEqual(streamed.content, whole.content);
          assert.equal(streamed.stop_reason, whole.stop_reason);
          assert.equal(streamed.usage.input_tokens, whole.usage.input_tokens);
          assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
        });
      }

      it('tells an answer that met its limit, whole and in a stream', async () => {
        const request = ask('[answer chars=400]', { max_tokens: 5 });
        const whole = await client().messages.create(request);
        const streamed = await client().messages.stream(request).finalMessage();
        assert.deepEqual([whole.stop_reason, streamed.stop_reason], ['max_tokens', 'max_tokens']);
      });

      it('calls tools, several at once, whole and in a stream', async () => {
        const request = ask('Oslo [tool count=2]', { tools: TOOLS });
        const whole = await client().messages.create(request);
        const streamed = await client().messages.stream(request).finalMessage();
        assert.deepEqual(streamed.content, whole.content);
        assert.equal(whole.stop_reason, 'tool_use');
        assert.deepEqual(
          whole.content.map((block) => block.type === 'tool_use' && block.name),
          ['weather', 'wind'],
        );
        const { tools } = (await chatBody()) as { tools: { function: { name: string } }[] };
        assert.deepEqual(
          tools.map((tool) => tool.function.name),
          ['weather', 'wind'],
        );
      });

      it('takes images and the results of tools', async () => {
        const call = { type: 'tool_use' as const, id: 'call_1', name: 'weather', input: { city: 'Oslo' } };
        const result = { type: 'tool_result' as const, tool_use_id: 'call_1', content: 'rain' };
        const failed = { ...result, tool_use_id: 'call_2', content: [PICTURE], is_error: true };
        await client().messages.create(
          ask('', {
            tools: TOOLS,
            messages: [
              { role: 'user', content: [PICTURE, { type: 'text', text: 'Where?' }] },
              { role: 'assistant', content: [call, { ...call, id: 'call_2' }] },
              { role: 'user', content: [result, failed] },
            ],
          }),
        );
        const { messages } = (await chatBody()) as { messages: { role: string; content: unknown }[] };
        assert.deepEqual(
          messages.map(({ role }) => role),
          ['user', 'assistant', 'tool', 'tool', 'user'],
        );
        assert.deepEqual(messages[0]?.content, [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
          { type: 'text', text: 'Where?' },
        ]);
        assert.deepEqual([messages[2]?.content, messages[3]?.content], ['rain', 'The tool failed:']);
        assert.deepEqual(messages[4]?.content, [
          { type: 'text', text: 'From the result of tool call call_2:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        ]);
      });

      it('tells the usage in Anthropic’s terms, and costs the list price, streamed or not', async () => {
        const usages: (number | null)[][] = [];
        const keep = ({ usage }: Anthropic.Message): void => {
          usages.push([usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens]);
        };
        assert.equal(await charged(async () => keep(await client().messages.create(ask(USED)))), cost);
        const streamed = async (): Promise<void> =>
          keep(await client().messages.stream(ask(USED)).finalMessage());
        assert.equal(await charged(streamed), cost);
        assert.deepEqual(usages, [
          [600, 400, 90],
          [600, 400, 90],
        ]);
      });

      it('fails in Anthropic’s words, for nothing', async () => {
        const typeOf = async (code: number): Promise<unknown> => {
          const error = await failureOf(client().messages.create(ask(`Hi [fault status code=${code}]`)));
          assert.ok(error instanceof Anthropic.APIError, String(error));
          assert.equal(error.status, code);
          const body = error.error as { type: string; error: { type: string; message: string } };
          assert.equal(body.type, 'error');
          assert.ok(body.error.message.length > 0);
          return body.error.type;
        };
        const types: unknown[] = [];
        const spent = await charged(async () => {
          for (const code of [400, 429, 500]) types.push(await typeOf(code));
        });
        assert.deepEqual(types, ['invalid_request_error', 'rate_limit_error', 'api_error']);
        assert.equal(spent, 0n);
      });

      it('does not make a stream that breaks off look whole', async () => {
        const { ending, body } = await exchange(daemon.url, {
          ...{
            method: 'POST',
            path: '/v1/messages',
            headers: { 'content-type': 'application/json', 'x-api-key': FAKE_GEMINI_KEY },
          },
          body: JSON.stringify({ ...ask('Hi [fault cut after_events=3]'), stream: true }),
        });
        assert.equal(ending, 'broken');
        assert.ok(body.includes('message_start'));
        assert.ok(!body.includes('message_stop'));
      });

      it('ends the model’s work when it hangs up', async () => {
        const stream = await client().messages.create({
          ...ask('[answer chars=4000][fault stall after_events=5]'),
          stream: true,
        });
        for await (const event of stream) if (event.type === 'content_block_delta') break;
        const seen = await waitUntil({
          what: 'the call to end at the provider',
          probe: async () => (await chats()).find(({ end }) => end !== 'open'),
        });
        assert.equal(seen.end, 'client_gone');
      });

      it('names the field that cannot be translated, and asks nobody', async () => {
        const error = await failureOf(
          client().messages.create({ ...ask(PROMPT), top_k: 5 } as MessageRequest),
        );
        assert.ok(error instanceof Anthropic.BadRequestError, String(error));
        assert.match(error.message, /top_k: OpenAI has no top_k/);
        assert.deepEqual(await chats(), []);
      });
    });
  }

  /** Gemini 3 refused the second turn of everything that uses tools. */
  it('goes on after calls of tools with a model that wants its thoughts signed', async () => {
    const model = 'gemini-3-flash-preview';
    const asked = { role: 'user' as const, content: 'Oslo [tool]' };
    const options = { model, max_tokens: 500, tools: TOOLS };
    const { content } = await clientAt('').messages.create({ ...options, messages: [asked] });
    const call = content.find((block) => block.type === 'tool_use');
    assert.ok(call);
    const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'rain' };
    const { stop_reason } = await clientAt('').messages.create({
      ...options,
      messages: [
        { role: 'user', content: 'Oslo' },
        { role: 'assistant', content },
        { role: 'user', content: [result] },
      ],
    });
    assert.equal(stop_reason, 'end_turn');
  });

  const gpt = { model: PROVIDERS.openai.model, max_tokens: 500 };

  it('asks by what the client of Anthropic’s has for a key, unless that is Anthropic’s own', async () => {
    const request = { ...gpt, messages: [{ role: 'user' as const, content: 'Hi' }] };
    await clientAt('').messages.create(request);
    const token = new Anthropic({ authToken: FAKE_GEMINI_KEY, baseURL: daemon.url, maxRetries: 0 });
    await token.messages.create(request);
    const error = await failureOf(clientAt('', 'sk-ant-secret').messages.create(request));
    assert.ok(error instanceof Anthropic.AuthenticationError, String(error));
    const asked = (await paid.requests()).filter(({ method }) => method === 'POST');
    assert.deepEqual(
      asked.map(({ headers }) => headers['authorization']),
      [`Bearer ${FAKE_GEMINI_KEY}`, `Bearer ${FAKE_GEMINI_KEY}`, undefined],
    );
    const told = asked.flatMap(({ headers }) => Object.keys(headers));
    assert.ok(!told.some((name) => name === 'x-api-key' || name.startsWith('anthropic-')));
  });

  it('asks a model for no more than it can write', async () => {
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    await clientAt('')
      .messages.create({ ...gpt, max_tokens: 1_000_000, messages, stream: true })
      .then(collect);
    const sent = (await paid.requests()).find(({ method }) => method === 'POST');
    assert.equal((JSON.parse(sent?.body ?? '') as Record<string, unknown>)['max_completion_tokens'], 32_768);
  });

  it('takes what coding agents send along', async () => {
    const { beta } = clientAt('');
    const stream = beta.messages.stream({
      ...{ ...gpt, betas: ['context-management-2025-06-27'], max_tokens: 32_000 },
      context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
      metadata: { user_id: `user_${'a'.repeat(64)}_account__session_1` },
      system: [{ type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral' } }],
      thinking: { type: 'enabled', budget_tokens: 31_999 },
      messages: [
        { role: 'user', content: [{ type: 'text', text: PROMPT, cache_control: { type: 'ephemeral' } }] },
      ],
    });
    const message = await stream.finalMessage();
    assert.deepEqual(message.content, [{ type: 'text', text: ANSWER, citations: null }]);
    const sent = (await paid.requests()).find(({ method }) => method === 'POST');
    assert.equal(sent?.path, '/v1/chat/completions');
    const { user, ...body } = JSON.parse(sent.body) as Record<string, unknown>;
    assert.match(String(user), /^[0-9a-f]{64}$/);
    assert.deepEqual(body, {
      model: gpt.model,
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: PROMPT },
      ],
      max_completion_tokens: 32_000,
      reasoning_effort: 'high',
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('asks a model that cannot think for no effort where the client wants no thinking', async () => {
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    for (const model of [gpt.model, 'gpt-5.1']) {
      await clientAt('').messages.create({ ...gpt, model, messages, thinking: { type: 'disabled' } });
    }
    const sent = (await paid.requests()).filter(({ method }) => method === 'POST');
    assert.deepEqual(
      sent.map(({ body }) => (JSON.parse(body) as Record<string, unknown>)['reasoning_effort']),
      [undefined, 'none'],
    );
  });

  it('leaves models of Anthropic’s where they are', async () => {
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    await clientAt('').messages.create({ model: 'claude-sonnet-4-20250514', max_tokens: 500, messages });
    const sent = (await paid.requests()).filter(({ method }) => method === 'POST');
    assert.deepEqual(
      sent.map(({ path }) => path),
      ['/v1/messages'],
    );
  });
});
