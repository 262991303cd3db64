import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { collect } from '../collect.ts';
import { failureOf } from '../failure-of.ts';
import { FAKE_ANTHROPIC_KEY, type FakeProvider, startFakeProvider } from './start.ts';

describe('the fake provider with the @anthropic-ai/sdk package', () => {
  let fake: FakeProvider;
  let client: Anthropic;

  before(async () => {
    fake = await startFakeProvider();
    client = clientWith(FAKE_ANTHROPIC_KEY);
  });
  afterEach(() => fake.reset());
  after(() => fake.stop());

  function clientWith(apiKey: string): Anthropic {
    return new Anthropic({ apiKey, baseURL: fake.url, maxRetries: 0 });
  }

  function ask(content: string): Anthropic.MessageCreateParamsNonStreaming {
    return { model: 'claude-sonnet-4-20250514', max_tokens: 1024, messages: [{ role: 'user', content }] };
  }

  const WEATHER: Anthropic.Tool = {
    name: 'weather',
    input_schema: { type: 'object', properties: { city: { type: 'string' } } },
  };

  const COUNTS = '[usage in=1000 out=50 cached=200 cache_write_5m=10 cache_write_1h=5 reasoning=7]';

  it('answers with a text block and every kind of count', async () => {
    const { content, stop_reason: stop, usage } = await client.messages.create(ask(`Hi ${COUNTS}`));
    assert.equal(content.length, 1);
    assert.match(textOf(content), /^You said: Hi — café, 你好，世界 🌍 👩‍💻 ✓$/);
    assert.equal(stop, 'end_turn');
    assert.equal(usage.input_tokens, 1000);
    assert.equal(usage.output_tokens, 50);
    assert.equal(usage.cache_read_input_tokens, 200);
    assert.equal(usage.cache_creation_input_tokens, 15);
    assert.deepEqual(usage.cache_creation, { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 5 });
    assert.deepEqual(usage.output_tokens_details, { thinking_tokens: 7 });
  });

  it('streams the same message, with input counts at the start and all counts at the end', async () => {
    const whole = await client.messages.create(ask(`Hi ${COUNTS}`));
    const events = await collect(await client.messages.create({ ...ask(`Hi ${COUNTS}`), stream: true }));
    assert.deepEqual(
      [...new Set(events.map(({ type }) => type))],
      [
        'message_start',
        'content_block_start',
        'content_block_delta',
        'content_block_stop',
        'message_delta',
        'message_stop',
      ],
    );
    const streamed = await client.messages.stream(ask(`Hi ${COUNTS}`)).finalMessage();
    assert.equal(textOf(streamed.content), textOf(whole.content));
    assert.equal(streamed.id, whole.id);
    assert.equal(streamed.usage.cache_creation_input_tokens, 15);
    assert.equal(streamed.usage.output_tokens, 50);
    const start = events.find((event) => event.type === 'message_start');
    assert.equal(start?.message.usage.input_tokens, 1000);
    assert.equal(start?.message.usage.output_tokens, 1);
  });

  it('calls tools, whole and in a stream', async () => {
    const request = { ...ask('Oslo [tool]'), tools: [WEATHER] };
    const whole = await client.messages.create(request);
    const streamed = await client.messages.stream(request).finalMessage();
    const [block] = whole.content;
    assert.equal(whole.stop_reason, 'tool_use');
    assert.deepEqual(block?.type === 'tool_use' ? block.input : null, { city: 'Oslo 🌍' });
    assert.equal(streamed.content.length, 1);
    assert.equal(JSON.stringify(streamed.content[0]), JSON.stringify(block));
  });

  it('thinks first when thinking is enabled', async () => {
    const request = { ...ask('Hi'), thinking: { type: 'enabled', budget_tokens: 1024 } } as const;
    const whole = await client.messages.create(request);
    const streamed = await client.messages.stream({ ...request }).finalMessage();
    assert.deepEqual(
      whole.content.map(({ type }) => type),
      ['thinking', 'text'],
    );
    assert.equal(JSON.stringify(streamed.content), JSON.stringify(whole.content));
  });

  it('stops at max_tokens', async () => {
    const answer = await client.messages.create({ ...ask('Hi'), max_tokens: 2 });
    assert.equal(textOf(answer.content), 'You said');
    assert.equal(answer.stop_reason, 'max_tokens');
  });

  it('counts tokens and lists models', async () => {
    const { model, messages } = ask('Hi [usage in=77]');
    assert.equal((await client.messages.countTokens({ model, messages })).input_tokens, 77);
    const models = await collect(client.models.list());
    assert.ok(models.some(({ id }) => id === 'claude-sonnet-4-20250514'));
  });

  describe('errors', () => {
    it('refuses a wrong key', async () => {
      const error = await failureOf(clientWith('sk-ant-wrong').messages.create(ask('Hi')));
      assert.ok(error instanceof Anthropic.AuthenticationError);
      assert.equal(error.type, 'authentication_error');
    });

    it('answers 429, 500 and 529 as the package knows them', async () => {
      const limited = await failureOf(
        client.messages.create(ask('[fault status code=429 retry_after=3] Hi')),
      );
      const broken = await failureOf(client.messages.create(ask('[fault status code=500] Hi')));
      const busy = await failureOf(client.messages.create(ask('[fault status code=529] Hi')));
      assert.ok(limited instanceof Anthropic.RateLimitError);
      assert.equal(limited.headers.get('retry-after'), '3');
      assert.ok(broken instanceof Anthropic.InternalServerError);
      assert.ok(busy instanceof Anthropic.InternalServerError);
      assert.equal(busy.type, 'overloaded_error');
    });

    it('breaks a stream off with an error event', async () => {
      const error = await failureOf(
        client.messages.stream(ask('[fault stream_error after_events=4] Hi')).finalMessage(),
      );
      assert.ok(error instanceof Anthropic.APIError);
      assert.match(error.message, /overloaded_error/);
    });

    it('answers 404 and 400 in its own shape', async () => {
      const lost = await failureOf(client.post('/v1/nowhere', { body: {} }));
      const partial = await failureOf(client.post('/v1/messages', { body: { model: 'm', messages: [] } }));
      assert.ok(lost instanceof Anthropic.NotFoundError);
      assert.equal(lost.type, 'not_found_error');
      assert.ok(partial instanceof Anthropic.BadRequestError);
      assert.match(partial.message, /max_tokens/);
    });

    it('wants anthropic-version and JSON', async () => {
      const headers = { 'x-api-key': FAKE_ANTHROPIC_KEY, 'content-type': 'application/json' };
      const unversioned = await fetch(`${fake.url}/v1/messages`, { method: 'POST', headers, body: '{}' });
      const garbled = await fetch(`${fake.url}/v1/messages`, {
        method: 'POST',
        headers: { ...headers, 'anthropic-version': '2023-06-01' },
        body: '{"model":',
      });
      assert.equal(unversioned.status, 400);
      assert.match(await unversioned.text(), /anthropic-version/);
      assert.equal(garbled.status, 400);
      assert.match(await garbled.text(), /invalid_request_error/);
    });
  });
});

function textOf(content: Anthropic.ContentBlock[]): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
