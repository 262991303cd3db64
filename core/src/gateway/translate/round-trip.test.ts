import assert from 'node:assert/strict';
import type { Message } from '@anthropic-ai/sdk/resources/messages';
import fc from 'fast-check';
import { isObject, objectsAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import { anthropicAnswerToOpenAi } from './anthropic-answer-to-openai.ts';
import { anthropicRequestToOpenAi } from './anthropic-request-to-openai.ts';
import { AnthropicStreamToOpenAi } from './anthropic-stream-to-openai.ts';
import { openAiAnswerToAnthropic } from './openai-answer-to-anthropic.ts';
import { openAiRequestToAnthropic } from './openai-request-to-anthropic.ts';
import { OpenAiStreamToAnthropic } from './openai-stream-to-anthropic.ts';
import { detectRequestFormat } from './request-format.ts';
import { dataOf, translated } from './testing/chunks.ts';
import { MESSAGE } from './testing/recorded-anthropic.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const id = fc.stringMatching(/^call_[a-z0-9]{1,8}$/);
const args = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
const name = fc.constantFrom('search', 'weather', 'now');

const part = fc.oneof(
  text.map((said) => ({ type: 'text', text: said })),
  fc.constantFrom('https://example.com/a.png', 'data:image/png;base64,AAAA').map((url) => ({
    type: 'image_url',
    image_url: { url },
  })),
  text.map((filename) => ({
    type: 'file',
    file: { filename, file_data: 'data:application/pdf;base64,JVBERi0=' },
  })),
);

const userTurn = fc
  .oneof(text, fc.array(part, { minLength: 1, maxLength: 3 }))
  .map((content) => [{ role: 'user', content }]);

/** The assistant says something, or calls tools, which all answer. */
const assistantTurn = fc
  .record({
    content: fc.option(text),
    calls: fc.uniqueArray(id, { minLength: 1, maxLength: 3 }),
    name,
    args,
    result: text,
  })
  .map(({ content, calls, name: tool, args: input, result }) => [
    {
      role: 'assistant',
      content,
      tool_calls: calls.map((call) => ({
        id: call,
        type: 'function',
        function: { name: tool, arguments: JSON.stringify(input) },
      })),
    },
    ...calls.map((call) => ({ role: 'tool', tool_call_id: call, content: result })),
  ]);

const tools = fc.uniqueArray(name, { minLength: 1 }).map((names) =>
  names.map((tool) => ({
    type: 'function',
    function: { name: tool, parameters: { type: 'object', properties: {} } },
  })),
);

const request = fc.record(
  {
    model: fc.constantFrom('claude-opus-4-6', 'claude-sonnet-4-5'),
    system: fc.array(text, { maxLength: 2 }),
    turns: fc.array(fc.oneof(userTurn, assistantTurn), { minLength: 1, maxLength: 4 }),
    max_completion_tokens: fc.integer({ min: 6000, max: 60_000 }),
    temperature: fc.double({ min: 0, max: 1, noNaN: true }),
    top_p: fc.double({ min: 0, max: 1, noNaN: true }),
    stop: fc.array(text, { minLength: 1, maxLength: 4 }),
    user: fc.string({ minLength: 1, maxLength: 64 }),
    reasoning_effort: fc.constantFrom('none', 'low', 'medium', 'high', 'xhigh', 'max'),
    parallel_tool_calls: fc.constant(false),
    tool_choice: fc.constantFrom('auto', 'required'),
    tools,
    stream: fc.boolean(),
  },
  { requiredKeys: ['model', 'system', 'turns', 'max_completion_tokens', 'tools', 'tool_choice'] },
);

function openAiRequest({ system, turns, ...fields }: { system: string[]; turns: object[][] }): JsonObject {
  const messages = [...system.map((content) => ({ role: 'system', content })), ...turns.flat()];
  return { ...fields, messages };
}

/** What a request means, however its content is packed: neighbours of one role are one turn. */
function meaning(
  { messages: _messages, stream_options: _options, ...fields }: JsonObject,
  said: JsonObject,
): unknown {
  const turns: { role: unknown; items: unknown[] }[] = [];
  for (const message of objectsAt(said, 'messages')) {
    const items = itemsOf(message);
    const last = turns.at(-1);
    if (last !== undefined && last.role === message['role']) last.items.push(...items);
    else turns.push({ role: message['role'], items });
  }
  return { ...fields, turns };
}

function itemsOf(message: JsonObject): unknown[] {
  const content = message['content'];
  const parts =
    typeof content === 'string' ? [{ type: 'text', text: content }] : objectsAt(message, 'content');
  const calls = objectsAt(message, 'tool_calls').map((call) => {
    const called = call['function'];
    assert.ok(isObject(called));
    return {
      id: call['id'],
      name: called['name'],
      input: JSON.parse(String(called['arguments'])) as unknown,
    };
  });
  return [message['tool_call_id'], ...parts, ...calls].filter((item) => item !== undefined);
}

const block = fc.oneof(
  text.map((said) => ({ type: 'text' as const, text: said, citations: null })),
  fc.record({ id, name, input: args }).map((call) => ({
    type: 'tool_use' as const,
    ...call,
    caller: { type: 'direct' as const },
  })),
  fc
    .record({ thinking: text, signature: text })
    .map((thought) => ({ type: 'thinking' as const, ...thought })),
);

const message = fc
  .record({
    content: fc.array(block, { maxLength: 6 }),
    stop_reason: fc.constantFrom('end_turn', 'max_tokens', 'tool_use', 'refusal'),
  })
  .map((fields): Message => ({ ...MESSAGE, ...fields }));

describe('translation there and back', () => {
  it('keeps what a request means', () => {
    fc.assert(
      fc.property(request, (fields) => {
        const before = openAiRequest(fields);
        const there = openAiRequestToAnthropic(before, { maxOutputTokens: 1 });
        assert.equal(detectRequestFormat({ ...there }), 'anthropic');
        const back = anthropicRequestToOpenAi(
          { ...there },
          { limitField: 'max_completion_tokens', returnsReasoning: false },
        );
        assert.deepEqual(meaning({ ...back }, { ...back }), meaning(before, before));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps what an answer says', () => {
    fc.assert(
      fc.property(message, (answer) => {
        const back = openAiAnswerToAnthropic(anthropicAnswerToOpenAi(answer, 1));
        assert.equal(saidIn(back), saidIn(answer));
        assert.deepEqual(callsIn(back), callsIn(answer));
        assert.equal(back.usage.input_tokens, answer.usage.input_tokens);
        assert.equal(back.usage.output_tokens, answer.usage.output_tokens);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps what a stream says, through both translators', () => {
    fc.assert(
      fc.property(message, fc.integer({ min: 1, max: 7 }), (answer, pieceLength) => {
        const there = translated(new AnthropicStreamToOpenAi({ createdS: 1, includesUsage: true }), [
          streamOf(answer, pieceLength),
        ]);
        const back = translated(new OpenAiStreamToAnthropic(), [Buffer.from(there.text)]);
        assert.ok(there.isComplete && back.isComplete);
        const events = dataOf(back.text) as JsonObject[];
        const deltas = events.map((event) => event['delta']).filter(isObject);
        const joined = (key: string) => deltas.map((delta) => stringAt(delta, key) ?? '').join('');
        assert.equal(joined('text'), saidIn(answer));
        assert.equal(
          joined('thinking'),
          answer.content.map((one) => (one.type === 'thinking' ? one.thinking : '')).join(''),
        );
        assert.equal(
          joined('partial_json'),
          callsIn(answer)
            .map(({ input }) => JSON.stringify(input))
            .join(''),
        );
        const whole = openAiAnswerToAnthropic(anthropicAnswerToOpenAi(answer, 1));
        assert.equal(deltas.at(-1)?.['stop_reason'], whole.stop_reason);
      }),
      { numRuns: 300 },
    );
  });
});

function saidIn({ content }: Message): string {
  return content.map((one) => (one.type === 'text' ? one.text : '')).join('');
}

function callsIn({ content }: Message): { name: string; input: unknown }[] {
  return content.flatMap((one) =>
    one.type === 'tool_use' ? [{ id: one.id, name: one.name, input: plain(one.input) }] : [],
  );
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The message as Anthropic would stream it, in pieces of this many characters. */
function streamOf(answer: Message, pieceLength: number): Buffer {
  const pieces = (whole: string): string[] => whole.match(new RegExp(`[^]{1,${pieceLength}}`, 'g')) ?? [];
  const blocks = answer.content.flatMap((one, index) => {
    const start = (content_block: object) => ({ type: 'content_block_start', index, content_block });
    const delta = (fields: object) => ({ type: 'content_block_delta', index, delta: fields });
    const stop = { type: 'content_block_stop', index };
    switch (one.type) {
      case 'text':
        return [
          start({ ...one, text: '' }),
          ...pieces(one.text).map((piece) => delta({ text: piece })),
          stop,
        ];
      case 'thinking':
        return [
          start({ type: 'thinking', thinking: '', signature: '' }),
          ...pieces(one.thinking).map((thinking) => delta({ thinking })),
          delta({ signature: one.signature }),
          stop,
        ];
      case 'tool_use': {
        const json = pieces(JSON.stringify(one.input)).map((partial_json) => delta({ partial_json }));
        return [start({ ...one, input: {} }), ...json, stop];
      }
      default:
        return [];
    }
  });
  const events = [
    { type: 'message_start', message: { ...answer, content: [] } },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason: answer.stop_reason }, usage: { output_tokens: 87 } },
    { type: 'message_stop' },
  ];
  return Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
}
