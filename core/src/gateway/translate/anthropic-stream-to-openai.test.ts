import assert from 'node:assert/strict';
import fc from 'fast-check';
import OpenAI from 'openai';
import { anthropicAnswerToOpenAi } from './anthropic-answer-to-openai.ts';
import { AnthropicStreamToOpenAi } from './anthropic-stream-to-openai.ts';
import { answering } from './testing/answering-server.ts';
import { cut, dataOf, translated } from './testing/chunks.ts';
import { MESSAGE, MESSAGE_EVENTS, MESSAGE_STREAM } from './testing/recorded-anthropic.ts';

const createdS = 1_770_000_000;
const translator = (includesUsage = true) => new AnthropicStreamToOpenAi({ createdS, includesUsage });
const sse = (...events: readonly unknown[]): Buffer =>
  Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
const deltasOf = (text: string) =>
  (dataOf(text) as OpenAI.ChatCompletionChunk[]).flatMap((chunk) => chunk.choices.map(({ delta }) => delta));

describe('Anthropic stream to OpenAI', () => {
  it("writes a chunk for each piece, in OpenAI's order", () => {
    const { text, isComplete } = translated(translator(false), [MESSAGE_STREAM]);
    assert.deepEqual(deltasOf(text), [
      { role: 'assistant', content: '', refusal: null },
      { reasoning_content: 'Zwei Städte, also ' },
      { reasoning_content: 'zwei Abfragen 🌦' },
      { content: 'I look ' },
      { content: 'up both ' },
      { content: 'towns.' },
      {
        tool_calls: [
          { index: 0, id: 'toolu_01A', type: 'function', function: { name: 'weather', arguments: '' } },
        ],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{"town":"Kö' } }] },
      { tool_calls: [{ index: 0, function: { arguments: 'ln","days":[1,2]}' } }] },
      {
        tool_calls: [
          { index: 1, id: 'toolu_01B', type: 'function', function: { name: 'now', arguments: '' } },
        ],
      },
      { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
      { thinking_blocks: MESSAGE.content.slice(0, 2) },
    ]);
    assert.equal(isComplete, true);
    assert.ok(text.endsWith('"finish_reason":"tool_calls"}]}\n\ndata: [DONE]\n\n'));
    assert.ok(!text.includes('usage'));
  });

  it('tells the usage in a chunk of its own where it was asked for', () => {
    const { text } = translated(translator(), [MESSAGE_STREAM]);
    const chunks = dataOf(text) as OpenAI.ChatCompletionChunk[];
    const last = chunks.at(-1);
    assert.deepEqual(last?.choices, []);
    assert.deepEqual(last.usage, anthropicAnswerToOpenAi(MESSAGE, createdS).usage);
    assert.ok(chunks.slice(0, -1).every((chunk) => chunk.usage === null));
  });

  it('writes the same wherever the chunks end', () => {
    const whole = translated(translator(), [MESSAGE_STREAM]);
    for (let place = 0; place <= MESSAGE_STREAM.length; place++) {
      assert.deepEqual(translated(translator(), cut(MESSAGE_STREAM, [place])), whole);
    }
    fc.assert(
      fc.property(fc.array(fc.nat(MESSAGE_STREAM.length), { maxLength: 20 }), (places) => {
        assert.deepEqual(translated(translator(), cut(MESSAGE_STREAM, places)), whole);
      }),
    );
    const bytes = [...MESSAGE_STREAM].map((byte) => Buffer.of(byte));
    assert.deepEqual(translated(translator(), bytes), whole);
  });

  it('is collected by the OpenAI SDK to the same answer as the whole message', async () => {
    const { text } = translated(translator(), [MESSAGE_STREAM]);
    await answering('text/event-stream', text, async (baseURL) => {
      const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
      const stream = client.chat.completions.stream({ model: 'm', messages: [] });
      const { choices, usage, id, model, created } = await stream.finalChatCompletion();
      const expected = anthropicAnswerToOpenAi(MESSAGE, createdS);
      const message = { ...choices[0]?.message } as Record<string, unknown>;
      // The SDK puts only its own fields together; of others it keeps the last piece.
      const { reasoning_content: _pieces, parsed: _parsed, ...said } = message;
      const { reasoning_content: _whole, ...expectedSaid } = expected.choices[0]?.message ?? {};
      assert.deepEqual(withoutParsed(said), expectedSaid);
      assert.equal(choices[0]?.finish_reason, 'tool_calls');
      assert.deepEqual([id, model, created, usage], [expected.id, expected.model, createdS, expected.usage]);
    });
  });

  it('gives no [DONE] for a stream that breaks off, wherever it does', () => {
    const ends = MESSAGE_STREAM.length - 1;
    for (let end = 0; end <= ends; end += 7) {
      const { text, isComplete } = translated(translator(), [MESSAGE_STREAM.subarray(0, end)]);
      assert.equal(isComplete, false);
      assert.ok(!text.includes('[DONE]'));
    }
  });

  it('tells an error in the stream as OpenAI does, and nothing after it', async () => {
    const events = [
      ...MESSAGE_EVENTS.slice(0, 5),
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      ...MESSAGE_EVENTS.slice(5),
    ];
    const { text, isComplete } = translated(translator(), [sse(...events)]);
    assert.equal(isComplete, false);
    assert.deepEqual(dataOf(text).at(-1), {
      error: { message: 'Overloaded', type: 'server_error', param: null, code: 'overloaded' },
    });
    await answering('text/event-stream', text, async (baseURL) => {
      const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
      const stream = client.chat.completions.stream({ model: 'm', messages: [] });
      await assert.rejects(stream.finalChatCompletion(), /Overloaded/);
    });
  });

  it('tells a refusal and why', () => {
    const delta = {
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: null, explanation: 'No.' },
    };
    const events = [MESSAGE_EVENTS[0], { type: 'message_delta', delta, usage: {} }, { type: 'message_stop' }];
    const { text } = translated(translator(false), [sse(...events)]);
    assert.deepEqual(deltasOf(text).at(-1), { refusal: 'No.' });
    assert.match(text, /"finish_reason":"content_filter"/);
  });

  it('lets events and blocks pass that it does not know', () => {
    const events = [
      MESSAGE_EVENTS[0],
      { type: 'something_new', delta: 1 },
      { type: 'content_block_start', index: 0, content_block: { type: 'server_tool_use', id: 'x' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_stop' },
    ];
    const { text, isComplete } = translated(translator(false), [Buffer.from(': hello\n\n'), sse(...events)]);
    assert.equal(isComplete, true);
    assert.deepEqual(deltasOf(text), [{ role: 'assistant', content: '', refusal: null }, {}]);
  });

  it('ends with an error chunk what breaks the protocol', () => {
    const [start, blockStart] = MESSAGE_EVENTS;
    const broken: readonly (readonly unknown[])[] = [
      [{ type: 'message_stop' }],
      [{ type: 'message_delta', delta: {} }],
      [blockStart],
      [start, start],
      [start, blockStart, blockStart],
      [start, { type: 'content_block_delta', index: 3, delta: { type: 'text_delta', text: 'x' } }],
      [start, { type: 'content_block_start', content_block: {} }],
      [start, 7],
      [start, null],
    ];
    for (const events of broken) {
      const { text, failure } = translated(translator(), [sse(...events, { type: 'message_stop' })]);
      assert.match(failure ?? '', /the provider's answer cannot be read/);
      assert.match(text, /"type":"upstream_error"/);
      assert.ok(!text.includes('[DONE]'));
    }
    assert.match(translated(translator(), [Buffer.from('data: {"typ\n\n')]).failure ?? '', /not JSON/);
  });

  it('refuses an event without end, and thinking without end', () => {
    const flood = [
      Buffer.from('data: '),
      ...Array.from({ length: 17 }, () => Buffer.alloc(1024 * 1024, 'x')),
    ];
    assert.match(translated(translator(), flood).failure ?? '', /too large/);
    const thought = {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'thinking_delta', thinking: 'x'.repeat(1024 * 1024) },
    };
    const chunks = [sse(...MESSAGE_EVENTS.slice(0, 2)), ...Array.from({ length: 9 }, () => sse(thought))];
    assert.match(translated(translator(), chunks).failure ?? '', /without end/);
  });
});

/** The SDK adds what it parsed of a call's arguments. */
function withoutParsed(message: Record<string, unknown>): unknown {
  return JSON.parse(
    JSON.stringify(message, (key, value: unknown) => (key === 'parsed_arguments' ? undefined : value)),
  );
}
