import assert from 'node:assert/strict';
import { openAiToAnthropic } from './openai-to-anthropic.ts';
import { TranslatedAnswer } from './translated-answer.ts';

const COMPLETION = {
  ...{ id: 'chatcmpl-1', object: 'chat.completion', model: 'gpt-x' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'grüße 🌍' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
};

const STREAM = Buffer.from(
  [
    {
      ...COMPLETION,
      choices: [{ index: 0, delta: { role: 'assistant', content: 'grüße 🌍' } }],
      usage: null,
    },
    { ...COMPLETION, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null },
    { ...COMPLETION, choices: [] },
  ]
    .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
    .join('') + 'data: [DONE]\n\n',
);

type Kind = ConstructorParameters<typeof TranslatedAnswer>[0];

function answered(kind: Kind, status: number, pieces: readonly (string | Buffer)[]): string {
  const rewriter = new TranslatedAnswer(kind, openAiToAnthropic());
  rewriter.begin(status, ['content-type', 'application/json']);
  const written = pieces.map((piece) => rewriter.write(Buffer.from(piece)));
  return Buffer.concat([...written, rewriter.end()]).toString('utf8');
}

describe('an answer in OpenAI’s format for a client of Anthropic’s', () => {
  it('is the same message wherever it was cut', () => {
    const bytes = Buffer.from(JSON.stringify(COMPLETION));
    const whole = answered('whole', 200, [bytes]);
    const { content, usage } = JSON.parse(whole) as { content: unknown; usage: Record<string, unknown> };
    assert.deepEqual(content, [{ type: 'text', text: 'grüße 🌍', citations: null }]);
    assert.deepEqual([usage['input_tokens'], usage['output_tokens']], [3, 4]);
    for (let cut = 1; cut < bytes.length; cut++) {
      assert.equal(answered('whole', 200, [bytes.subarray(0, cut), bytes.subarray(cut)]), whole);
    }
  });

  it('is the same stream wherever it was cut, and ends as Anthropic’s do', () => {
    const whole = answered('stream', 200, [STREAM]);
    assert.match(whole, /^event: message_start\n/);
    assert.match(whole, /event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/);
    for (let cut = 1; cut < STREAM.length; cut++) {
      assert.equal(answered('stream', 200, [STREAM.subarray(0, cut), STREAM.subarray(cut)]), whole);
    }
  });

  it('has no end that the provider did not send', () => {
    const cut = STREAM.subarray(0, STREAM.indexOf('data: [DONE]'));
    assert.ok(!answered('stream', 200, [cut]).includes('message_stop'));
  });

  it('tells a failure in Anthropic’s words, also of a stream, and in those of whoever stood in front', () => {
    const typeOf = (kind: Kind, status: number, body: string): unknown => {
      const told = JSON.parse(answered(kind, status, [body])) as { type: string; error: { type: string } };
      return [told.type, told.error.type];
    };
    assert.deepEqual(typeOf('whole', 401, '{"error":{"message":"No.","code":"invalid_api_key"}}'), [
      ...['error', 'authentication_error'],
    ]);
    assert.deepEqual(typeOf('stream', 429, '{"error":{"message":"Wait."}}'), ['error', 'rate_limit_error']);
    assert.deepEqual(typeOf('whole', 502, 'Bad gateway'), ['error', 'api_error']);
    assert.deepEqual(typeOf('whole', 200, '{"object":"list"}'), ['error', 'api_error']);
  });
});
