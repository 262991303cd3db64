import assert from 'node:assert/strict';
import { anthropicToOpenAi } from './anthropic-to-openai.ts';
import { TranslatedAnswer } from './translated-answer.ts';

const OPTIONS = { createdS: 1_750_000_000, includesUsage: true };
const HEADERS = [
  'Content-Type',
  'application/json; charset=utf-8',
  'Content-Length',
  '99',
  'retry-after',
  '2',
];

const MESSAGE = {
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-x', stop_reason: 'end_turn' },
  content: [{ type: 'text', text: 'grüße 🌍' }],
  usage: { input_tokens: 3, output_tokens: 4 },
};

const STREAM = Buffer.from(
  [
    { type: 'message_start', message: { ...MESSAGE, content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'grüße 🌍' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } },
    { type: 'message_stop' },
  ]
    .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join(''),
);

interface Answered {
  readonly headers: readonly string[];
  readonly text: string;
  readonly json: unknown;
}

function answered(isStream: boolean, status: number, pieces: readonly (string | Buffer)[]): Answered {
  const rewriter = new TranslatedAnswer(isStream ? 'stream' : 'whole', anthropicToOpenAi(OPTIONS));
  const headers = rewriter.begin(status, HEADERS);
  const written = pieces.map((piece) => rewriter.write(Buffer.from(piece)));
  const text = Buffer.concat([...written, rewriter.end()]).toString('utf8');
  return { headers, text, json: isStream && status < 300 ? undefined : JSON.parse(text) };
}

describe('an answer of Claude’s for a client of OpenAI’s', () => {
  it('is the same completion wherever it was cut', () => {
    const bytes = Buffer.from(JSON.stringify(MESSAGE));
    const { json, headers } = answered(false, 200, [bytes]);
    const { choices } = json as { choices: { message: { content: string } }[] };
    assert.equal(choices[0]?.message.content, 'grüße 🌍');
    assert.deepEqual(headers, ['retry-after', '2', 'content-type', 'application/json']);
    for (let at = 0; at <= bytes.length; at++) {
      assert.deepEqual(answered(false, 200, [bytes.subarray(0, at), bytes.subarray(at)]).json, json);
    }
  });

  it('is the same stream wherever it was cut', () => {
    const whole = answered(true, 200, [STREAM]).text;
    assert.ok(whole.endsWith('data: [DONE]\n\n'));
    for (let at = 0; at <= STREAM.length; at++) {
      assert.equal(answered(true, 200, [STREAM.subarray(0, at), STREAM.subarray(at)]).text, whole);
    }
    assert.equal(
      answered(
        true,
        200,
        Array.from(STREAM, (byte) => Buffer.from([byte])),
      ).text,
      whole,
    );
  });

  it('keeps the headers of a stream but for its length', () => {
    assert.deepEqual(answered(true, 200, []).headers, [
      ...['Content-Type', 'application/json; charset=utf-8', 'retry-after', '2'],
    ]);
  });

  it('has no end that the stream had not', () => {
    const { text } = answered(true, 200, [STREAM.subarray(0, STREAM.length - 10)]);
    assert.ok(text.length > 0);
    assert.ok(!text.includes('[DONE]'));
  });

  it('is an error of OpenAI’s for Anthropic’s, for Google’s, and for words', () => {
    const anthropic = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const google = [{ error: { code: 429, message: 'Quota exceeded.', status: 'RESOURCE_EXHAUSTED' } }];
    const failed = (isStream: boolean, status: number, body: string): unknown => {
      const { json, headers } = answered(isStream, status, [body]);
      assert.deepEqual(headers, ['retry-after', '2', 'content-type', 'application/json']);
      return json;
    };
    for (const isStream of [false, true]) {
      assert.deepEqual(failed(isStream, 529, JSON.stringify(anthropic)), {
        error: { message: 'Overloaded', type: 'server_error', param: null, code: 'overloaded' },
      });
      assert.deepEqual(failed(isStream, 429, JSON.stringify(google)), {
        error: {
          ...{
            message: 'Quota exceeded.',
            type: 'rate_limit_error',
            param: null,
            code: 'rate_limit_exceeded',
          },
        },
      });
      assert.deepEqual(failed(isStream, 502, 'Bad gateway'), {
        error: { message: 'Bad gateway', type: 'server_error', param: null, code: null },
      });
    }
  });

  it('is an error where it cannot be read', () => {
    for (const body of ['', '{', '[]', '{"type":"message"}']) {
      const { json } = answered(false, 200, [body]);
      assert.equal((json as { error: { type: string } }).error.type, 'upstream_error', body);
    }
    assert.match(answered(true, 200, ['data: {"type":"message_stop"}\n\n']).text, /^data: {"error":/);
  });
});
