import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { Refusal } from '../errors.ts';
import { anthropicAnswerToOpenAi } from './anthropic-answer-to-openai.ts';
import { answering } from './testing/answering-server.ts';
import { MESSAGE } from './testing/recorded-anthropic.ts';

const CREATED_S = 1_770_000_000;

describe('Anthropic answer to OpenAI', () => {
  it('joins text, keeps calls and thinking, and counts cached input into the prompt', () => {
    assert.deepEqual(anthropicAnswerToOpenAi(MESSAGE, CREATED_S), {
      id: 'msg_01Quelle',
      object: 'chat.completion',
      created: CREATED_S,
      model: 'claude-sonnet-4-6',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'I look up both towns.',
            refusal: null,
            reasoning_content: 'Zwei Städte, also zwei Abfragen 🌦',
            thinking_blocks: MESSAGE.content.slice(0, 2),
            tool_calls: [
              {
                id: 'toolu_01A',
                type: 'function',
                function: { name: 'weather', arguments: '{"town":"Köln","days":[1,2]}' },
              },
              { id: 'toolu_01B', type: 'function', function: { name: 'now', arguments: '{}' } },
            ],
          },
          finish_reason: 'tool_calls',
          logprobs: null,
        },
      ],
      usage: {
        prompt_tokens: 161,
        completion_tokens: 87,
        total_tokens: 248,
        prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 40 },
        completion_tokens_details: { reasoning_tokens: 30 },
      },
    });
  });

  it('has no content where Claude only called a tool', () => {
    const message = { ...MESSAGE, content: MESSAGE.content.slice(4) };
    const choice = anthropicAnswerToOpenAi(message, CREATED_S).choices[0];
    assert.equal(choice?.message.content, null);
    assert.equal(choice.message.tool_calls?.length, 2);
  });

  it('tells a refusal and why', () => {
    const message = {
      ...MESSAGE,
      content: [],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: 'bio', explanation: 'This may do harm.' },
    };
    const choice = anthropicAnswerToOpenAi(message, CREATED_S).choices[0];
    assert.deepEqual(
      [choice?.finish_reason, choice?.message.refusal],
      ['content_filter', 'This may do harm.'],
    );
  });

  it('is read by the OpenAI SDK', async () => {
    const body = JSON.stringify(anthropicAnswerToOpenAi(MESSAGE, CREATED_S));
    await answering('application/json', body, async (baseURL) => {
      const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
      const completion = await client.chat.completions.create({ model: 'm', messages: [] });
      assert.equal(completion.choices[0]?.message.tool_calls?.length, 2);
      assert.equal(completion.usage?.total_tokens, 248);
    });
  });

  it('refuses what is no message', () => {
    for (const answer of [null, [], 'text', {}, { content: 'text' }]) {
      assert.throws(
        () => anthropicAnswerToOpenAi(answer, CREATED_S),
        (error: unknown) => error instanceof Refusal && error.type === 'upstream_error',
      );
    }
  });
});
