import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { Refusal } from '../errors.ts';
import { openAiAnswerToAnthropic } from './openai-answer-to-anthropic.ts';
import { answering } from './testing/answering-server.ts';
import { COMPLETION } from './testing/recorded-openai.ts';

const answer = (message: object, finishReason: string | null = 'stop') =>
  openAiAnswerToAnthropic({ ...COMPLETION, choices: [{ index: 0, message, finish_reason: finishReason }] });

describe('OpenAI answer to Anthropic', () => {
  it('makes blocks of reasoning, text and calls, and takes cached input out of the rest', () => {
    assert.deepEqual(openAiAnswerToAnthropic(COMPLETION), {
      id: 'chatcmpl-9Quelle',
      type: 'message',
      role: 'assistant',
      model: 'gpt-5.4',
      content: [
        { type: 'thinking', thinking: 'Zwei Städte 🌦', signature: '' },
        { type: 'text', text: 'I look up both towns.', citations: null },
        {
          type: 'tool_use',
          id: 'call_A',
          name: 'weather',
          input: { town: 'Köln', days: [1, 2] },
          caller: { type: 'direct' },
        },
        { type: 'tool_use', id: 'call_B', name: 'now', input: {}, caller: { type: 'direct' } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      stop_details: null,
      usage: {
        input_tokens: 21,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 40,
        cache_creation: null,
        output_tokens: 87,
        output_tokens_details: { thinking_tokens: 30 },
        server_tool_use: null,
        service_tier: null,
        speed: null,
        inference_geo: null,
      },
      container: null,
      diagnostics: null,
    });
  });

  it('tells a refusal and why', () => {
    const message = answer({ content: null, refusal: 'I will not.' });
    assert.equal(message.stop_reason, 'refusal');
    assert.deepEqual(message.stop_details, { type: 'refusal', category: null, explanation: 'I will not.' });
    assert.deepEqual(message.content, [{ type: 'text', text: 'I will not.', citations: null }]);
  });

  it('keeps arguments that are no JSON as the text they are, and makes an empty object of none', () => {
    const inputOf = (args: string): unknown =>
      answer({ tool_calls: [{ id: 'c', function: { name: 'f', arguments: args } }] }).content.map((block) =>
        block.type === 'tool_use' ? block.input : undefined,
      );
    assert.deepEqual([inputOf(''), inputOf('{"a":'), inputOf('[1]')], [[{}], ['{"a":'], [[1]]]);
  });

  it('says tool_use after a call even where the server said stop', () => {
    assert.equal(
      answer({ tool_calls: [{ id: 'c', function: { name: 'f' } }] }, 'stop').stop_reason,
      'tool_use',
    );
  });

  it('is read by the Anthropic SDK', async () => {
    await answering(
      'application/json',
      JSON.stringify(openAiAnswerToAnthropic(COMPLETION)),
      async (baseURL) => {
        const client = new Anthropic({ baseURL, apiKey: 'none', maxRetries: 0 });
        const message = await client.messages.create({ model: 'm', max_tokens: 1, messages: [] });
        assert.deepEqual(
          message.content.map((block) => block.type),
          ['thinking', 'text', 'tool_use', 'tool_use'],
        );
      },
    );
  });

  it('refuses what is no completion', () => {
    for (const body of [null, 'text', {}, { choices: [] }, { choices: ['x'] }]) {
      assert.throws(
        () => openAiAnswerToAnthropic(body),
        (error: unknown) => error instanceof Refusal && error.type === 'upstream_error',
      );
    }
  });
});
