import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { openAiAnswerToAnthropic } from './openai-answer-to-anthropic.ts';
import { OpenAiStreamToAnthropic } from './openai-stream-to-anthropic.ts';
import { answering } from './testing/answering-server.ts';
import { cut, dataOf, translated } from './testing/chunks.ts';
import { COMPLETION, COMPLETION_STREAM, MIXED_COMPLETION_STREAM } from './testing/recorded-openai.ts';

const translator = () => new OpenAiStreamToAnthropic();
const sse = (...chunks: readonly unknown[]): Buffer =>
  Buffer.from(
    chunks.map((chunk) => `data: ${chunk === 'DONE' ? '[DONE]' : JSON.stringify(chunk)}\n\n`).join(''),
  );
const chunk = (delta: object, finishReason: string | null = null) => ({
  id: 'c',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finishReason }],
});
const eventsOf = (text: string) => dataOf(text) as Anthropic.RawMessageStreamEvent[];
const finalMessage = async (text: string): Promise<Anthropic.Message> => {
  const messages: Anthropic.Message[] = [];
  await answering('text/event-stream', text, async (baseURL) => {
    const client = new Anthropic({ baseURL, apiKey: 'none', maxRetries: 0 });
    messages.push(await client.messages.stream({ model: 'm', max_tokens: 1, messages: [] }).finalMessage());
  });
  const [message] = messages;
  assert.ok(message);
  return message;
};
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('OpenAI stream to Anthropic', () => {
  it('writes one block after the other, each begun and ended', () => {
    const { text, isComplete } = translated(translator(), [COMPLETION_STREAM]);
    assert.equal(isComplete, true);
    const told = eventsOf(text).map((event) =>
      'index' in event ? `${event.type} ${event.index}` : event.type,
    );
    assert.deepEqual(told, [
      'message_start',
      ...['content_block_start 0', 'content_block_delta 0', 'content_block_delta 0', 'content_block_stop 0'],
      ...['content_block_start 1', 'content_block_delta 1', 'content_block_delta 1', 'content_block_stop 1'],
      ...['content_block_start 2', 'content_block_delta 2', 'content_block_delta 2', 'content_block_stop 2'],
      ...['content_block_start 3', 'content_block_delta 3', 'content_block_stop 3'],
      'message_delta',
      'message_stop',
    ]);
  });

  it('names every event as its type', () => {
    const { text } = translated(translator(), [COMPLETION_STREAM]);
    const lines = text.split('\n').filter((line) => line.startsWith('event: '));
    assert.deepEqual(
      lines.map((line) => line.slice(7)),
      eventsOf(text).map((event) => event.type),
    );
  });

  for (const [name, stream] of [
    ['in turn', COMPLETION_STREAM],
    ['mixed', MIXED_COMPLETION_STREAM],
  ] as const) {
    it(`is collected by the Anthropic SDK to the same message as the whole answer, calls ${name}`, async () => {
      const message = await finalMessage(translated(translator(), [stream]).text);
      const expected = openAiAnswerToAnthropic(COMPLETION);
      assert.deepEqual(plain(message.content), expected.content);
      const rest = { content: [], usage: plain(message.usage), parsed_output: null };
      assert.deepEqual({ ...message, ...rest }, { ...expected, ...rest, usage: expected.usage });
    });
  }

  it('writes the same wherever the chunks end', () => {
    const whole = translated(translator(), [MIXED_COMPLETION_STREAM]);
    for (let place = 0; place <= MIXED_COMPLETION_STREAM.length; place++) {
      assert.deepEqual(translated(translator(), cut(MIXED_COMPLETION_STREAM, [place])), whole);
    }
    fc.assert(
      fc.property(fc.array(fc.nat(COMPLETION_STREAM.length), { maxLength: 20 }), (places) => {
        const cutUp = translated(translator(), cut(COMPLETION_STREAM, places));
        assert.deepEqual(cutUp, translated(translator(), [COMPLETION_STREAM]));
      }),
    );
  });

  it("streams a call's arguments as they come when the call before it is whole", () => {
    const call = (index: number, id: string, args: string) => ({
      tool_calls: [{ index, id, function: { name: 'f', arguments: args } }],
    });
    const { text } = translated(translator(), [sse(chunk(call(0, 'a', '{}')), chunk(call(1, 'b', '{"x"')))]);
    assert.equal(eventsOf(text).at(-1)?.type, 'content_block_delta');
    assert.match(text, /\{\\"x\\"/);
  });

  it('tells calls apart by their ids where a server gives them one index', async () => {
    const call = (id: string) => ({ index: 0, id, function: { name: 'f', arguments: `{"id":"${id}"}` } });
    const stream = sse(chunk({ tool_calls: [call('a'), call('b')] }, 'stop'), 'DONE');
    const message = await finalMessage(translated(translator(), [stream]).text);
    assert.deepEqual(
      message.content.map((block) => (block.type === 'tool_use' ? plain(block.input) : block.type)),
      [{ id: 'a' }, { id: 'b' }],
    );
    assert.equal(message.stop_reason, 'tool_use');
  });

  it('gives no message_stop for a stream that breaks off, wherever it does', () => {
    for (let end = 0; end < COMPLETION_STREAM.length; end += 7) {
      const { text, isComplete } = translated(translator(), [COMPLETION_STREAM.subarray(0, end)]);
      assert.equal(isComplete, false);
      assert.ok(!text.includes('message_stop'));
    }
  });

  it('tells an error in the stream as Anthropic does, and nothing after it', async () => {
    const error = { message: 'too many', type: 'requests', code: 429 };
    const { text, isComplete } = translated(translator(), [
      sse(chunk({ content: 'a' }), { error }, chunk({}), 'DONE'),
    ]);
    assert.equal(isComplete, false);
    assert.deepEqual(dataOf(text).at(-1), {
      type: 'error',
      error: { type: 'rate_limit_error', message: 'too many' },
      request_id: null,
    });
    await assert.rejects(finalMessage(text), /too many/);
  });

  it('tells a refusal as a block of its own', async () => {
    const stream = sse(
      chunk({ content: 'Well. ' }),
      chunk({ refusal: 'I ' }),
      chunk({ refusal: 'will not.' }),
      'DONE',
    );
    const message = await finalMessage(translated(translator(), [stream]).text);
    assert.deepEqual(
      message.content.map((block) => (block.type === 'text' ? block.text : '')),
      ['Well. ', 'I will not.'],
    );
    assert.equal(message.stop_details?.explanation, 'I will not.');
  });

  it('ends with an error event what breaks the protocol', () => {
    const call = (index: number, args: string, id?: string) => ({
      tool_calls: [{ index, ...(id && { id }), function: { name: 'f', arguments: args } }],
    });
    const broken: readonly (readonly unknown[])[] = [
      ['DONE'],
      [7],
      [null],
      [chunk(call(0, '{"a":1}', 'a')), chunk({ content: 'text' }), chunk(call(0, '{"b":2}'))],
    ];
    for (const chunks of broken) {
      const { text, failure } = translated(translator(), [sse(...chunks, 'DONE')]);
      assert.match(failure ?? '', /the provider's answer cannot be read/);
      assert.match(text, /event: error\ndata: /);
      assert.ok(!text.includes('message_stop'));
    }
  });
});
