import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { collect } from '../collect.ts';
import { failureOf } from '../failure-of.ts';
import { FAKE_OPENAI_KEY, type FakeProvider, startFakeProvider } from './start.ts';

const MULTI_BYTE = /你好，世界 🌍 👩‍💻/;

const WEATHER = {
  type: 'function',
  function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
} as const;

describe('the fake provider with the openai package', () => {
  let fake: FakeProvider;
  let client: OpenAI;

  before(async () => {
    fake = await startFakeProvider();
    client = clientWith(FAKE_OPENAI_KEY);
  });
  afterEach(() => fake.reset());
  after(() => fake.stop());

  function clientWith(apiKey: string): OpenAI {
    return new OpenAI({ apiKey, baseURL: `${fake.url}/v1`, maxRetries: 0 });
  }

  function ask(content: string): { model: string; messages: { role: 'user'; content: string }[] } {
    return { model: 'gpt-4o-mini', messages: [{ role: 'user', content }] };
  }

  describe('chat completions', () => {
    it('echoes the last words in several scripts and counts by length', async () => {
      const answer = await client.chat.completions.create(ask('Good morning'));
      assert.match(answer.choices[0]?.message.content ?? '', /^You said: Good morning/);
      assert.match(answer.choices[0]?.message.content ?? '', MULTI_BYTE);
      assert.equal(answer.choices[0]?.finish_reason, 'stop');
      assert.equal(answer.usage?.prompt_tokens, 3);
      assert.equal(answer.usage?.total_tokens, 3 + (answer.usage?.completion_tokens ?? 0));
    });

    it('reports the counts a directive asks for', async () => {
      const answer = await client.chat.completions.create(
        ask('[usage in=1000 out=50 cached=200 cache_write_5m=10 reasoning=7] Hi'),
      );
      assert.equal(answer.usage?.prompt_tokens, 1000);
      assert.equal(answer.usage?.completion_tokens, 50);
      assert.equal(answer.usage?.prompt_tokens_details?.cached_tokens, 200);
      assert.equal(answer.usage?.prompt_tokens_details?.cache_write_tokens, 10);
      assert.equal(answer.usage?.completion_tokens_details?.reasoning_tokens, 7);
    });

    it('streams the same text with no usage member when it was not asked for', async () => {
      const whole = await client.chat.completions.create(ask('Stream this'));
      const stream = await client.chat.completions.create({ ...ask('Stream this'), stream: true });
      const chunks = await collect(stream);
      const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
      assert.equal(text, whole.choices[0]?.message.content);
      assert.ok(chunks.every((chunk) => !('usage' in chunk)));
      assert.ok(chunks.every((chunk) => chunk.choices.length === 1));
      assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, 'stop');
    });

    it('streams usage in one last chunk without choices when asked for, null before', async () => {
      const options = { stream: true, stream_options: { include_usage: true } } as const;
      const chunks = await collect(
        await client.chat.completions.create({ ...ask('Hi [usage in=9 out=5]'), ...options }),
      );
      const last = chunks.at(-1);
      assert.deepEqual(last?.choices, []);
      assert.equal(last?.usage?.total_tokens, 14);
      assert.ok(chunks.slice(0, -1).every((chunk) => chunk.usage === null));
    });

    it('calls the tools of the request, whole and in a stream', async () => {
      const request = { ...ask('Oslo [tool count=2]'), tools: [WEATHER, WEATHER] };
      const whole = await client.chat.completions.create(request);
      const calls = whole.choices[0]?.message.tool_calls ?? [];
      assert.equal(whole.choices[0]?.finish_reason, 'tool_calls');
      assert.equal(calls.length, 2);
      const streamed = await client.chat.completions.stream(request).finalChatCompletion();
      assert.deepEqual(streamed.choices[0]?.message.tool_calls?.map(functionOf), calls.map(functionOf));
      assert.deepEqual(functionOf(calls[0])?.arguments, '{"city":"Oslo 🌍"}');
    });

    it('keeps to the output cap', async () => {
      const answer = await client.chat.completions.create({ ...ask('Hi'), max_completion_tokens: 2 });
      assert.equal(answer.choices[0]?.message.content, 'You said');
      assert.equal(answer.choices[0]?.finish_reason, 'length');
      assert.equal(answer.usage?.completion_tokens, 2);
    });

    it('answers `n` choices, and longer when asked', async () => {
      const answer = await client.chat.completions.create({ ...ask('Hi [answer chars=5000]'), n: 2 });
      assert.equal(answer.choices.length, 2);
      assert.ok((answer.choices[1]?.message.content ?? '').length >= 5000);
    });
  });

  describe('responses', () => {
    it('answers with output text and usage', async () => {
      const answer = await client.responses.create({
        model: 'gpt-4.1',
        input: 'Hi [usage in=100 out=20 cached=64 cache_write_1h=3 reasoning=8]',
      });
      assert.match(answer.output_text, MULTI_BYTE);
      assert.equal(answer.status, 'completed');
      assert.equal(answer.usage?.input_tokens_details.cached_tokens, 64);
      assert.equal(answer.usage?.input_tokens_details.cache_write_tokens, 3);
      assert.equal(answer.usage?.output_tokens_details.reasoning_tokens, 8);
      assert.equal(answer.usage?.total_tokens, 120);
    });

    it('streams from response.created to response.completed, which has the usage', async () => {
      const request = { model: 'gpt-4.1', input: [{ role: 'user', content: 'Hi' }] } as const;
      const whole = await client.responses.create({ ...request, input: [...request.input] });
      const stream = client.responses.stream({ ...request, input: [...request.input] });
      const types = new Set<string>();
      for await (const event of stream) types.add(event.type);
      const final = await stream.finalResponse();
      assert.deepEqual(
        [...types],
        [
          'response.created',
          'response.in_progress',
          'response.output_item.added',
          'response.content_part.added',
          'response.output_text.delta',
          'response.output_text.done',
          'response.content_part.done',
          'response.output_item.done',
          'response.completed',
        ],
      );
      assert.equal(final.output_text, whole.output_text);
      assert.deepEqual(final.usage, whole.usage);
    });

    it('streams a function call', async () => {
      const tool = { type: 'function', name: 'weather', parameters: null, strict: false } as const;
      const stream = client.responses.stream({ model: 'gpt-4.1', input: 'Oslo [tool]', tools: [tool] });
      const final = await stream.finalResponse();
      const [item] = final.output;
      assert.equal(item?.type, 'function_call');
      assert.equal('arguments' in item ? item.arguments : '', '{"text":"Oslo 🌍"}');
    });

    it('says incomplete at the output cap', async () => {
      const answer = await client.responses.create({ model: 'gpt-4.1', input: 'Hi', max_output_tokens: 3 });
      assert.equal(answer.status, 'incomplete');
      assert.equal(answer.incomplete_details?.reason, 'max_output_tokens');
    });
  });

  it('answers legacy completions, whole and streamed with usage', async () => {
    const request = { model: 'gpt-3.5-turbo-instruct', prompt: 'Hi', max_tokens: 50 };
    const whole = await client.completions.create(request);
    const chunks = await collect(
      await client.completions.create({ ...request, stream: true, stream_options: { include_usage: true } }),
    );
    const text = chunks.map((chunk) => chunk.choices[0]?.text ?? '').join('');
    assert.match(text, MULTI_BYTE);
    assert.equal(text, whole.choices[0]?.text);
    assert.deepEqual(chunks.at(-1)?.usage, whole.usage);
  });

  it('answers embeddings as base64, which the package asks for, and as numbers', async () => {
    const request = { model: 'text-embedding-3-small', input: ['Hi', 'there'], dimensions: 8 };
    const packed = await client.embeddings.create(request);
    const plain = await client.embeddings.create({ ...request, encoding_format: 'float' });
    assert.equal(packed.data.length, 2);
    assert.equal(packed.data[0]?.embedding.length, 8);
    assert.deepEqual(packed.data, plain.data);
    assert.equal(plain.usage.prompt_tokens, plain.usage.total_tokens);
  });

  it('lists models', async () => {
    const models = await collect(client.models.list());
    assert.ok(models.some(({ id }) => id === 'gpt-4o'));
  });

  describe('errors', () => {
    it('refuses a wrong key as the package knows it', async () => {
      const error = await failureOf(clientWith('sk-wrong').chat.completions.create(ask('Hi')));
      assert.ok(error instanceof OpenAI.AuthenticationError);
      assert.equal(error.code, 'invalid_api_key');
    });

    it('answers 429 with the time to wait', async () => {
      const error = await failureOf(
        client.chat.completions.create(ask('[fault status code=429 retry_after=7]')),
      );
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.equal(error.headers.get('retry-after'), '7');
      assert.equal(error.code, 'rate_limit_exceeded');
    });

    it('answers 500 and 503', async () => {
      const broken = await failureOf(client.chat.completions.create(ask('[fault status code=500]')));
      const busy = await failureOf(client.chat.completions.create(ask('[fault status code=503]')));
      assert.ok(broken instanceof OpenAI.InternalServerError);
      assert.ok(busy instanceof OpenAI.InternalServerError);
      assert.equal(busy.status, 503);
    });

    it('answers 404 to a path it does not have and 400 to a missing member', async () => {
      const lost = await failureOf(client.get('/nowhere'));
      const partial = await failureOf(client.post('/chat/completions', { body: { model: 'gpt-4o' } }));
      assert.ok(lost instanceof OpenAI.NotFoundError);
      assert.ok(partial instanceof OpenAI.BadRequestError);
      assert.equal(partial.param, 'messages');
    });

    it('answers 400 to a directive that does not read', async () => {
      const error = await failureOf(client.chat.completions.create(ask('[fault trickel]')));
      assert.ok(error instanceof OpenAI.BadRequestError);
      assert.match(error.message, /no fault is called "trickel"/);
    });

    it('breaks a stream off with an error event', async () => {
      const request = { ...ask('[fault stream_error after_events=2]'), stream: true } as const;
      const error = await failureOf(
        client.chat.completions.create(request).then((stream) => collect(stream)),
      );
      assert.ok(error instanceof OpenAI.APIError);
      assert.equal(error.type, 'server_error');
    });
  });
});

function functionOf(
  call: OpenAI.ChatCompletionMessageToolCall | undefined,
): { name: string; arguments: string } | undefined {
  if (call?.type !== 'function') return undefined;
  return { name: call.function.name, arguments: call.function.arguments };
}
