import assert from 'node:assert/strict';
import { jsonOrSseMeter } from './any-form-meter.ts';
import { readChatAnswer, readChatChunk } from './openai-chat.ts';
import type { AnswerReading } from './answer-reading.ts';

function readingOf(text: string, chunkBytes: number): AnswerReading {
  const meter = jsonOrSseMeter({ whole: readChatAnswer, event: readChatChunk });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) meter.write(bytes.subarray(at, at + chunkBytes));
  meter.end();
  return meter.reading;
}

describe('AnyFormMeter', () => {
  const whole = JSON.stringify({ model: 'm', usage: { prompt_tokens: 3, completion_tokens: 2 } });
  const inputTokensOf = ({ usage }: AnswerReading): number | undefined => usage?.inputTokens;

  it('reads JSON and events by what they begin with, behind white space and a byte order mark too', () => {
    for (const before of ['', ' \n', '\uFEFF', '\uFEFF ']) {
      for (const chunkBytes of [1, 2, 1_000]) {
        assert.equal(inputTokensOf(readingOf(`${before}${whole}`, chunkBytes)), 3);
        assert.equal(inputTokensOf(readingOf(`${before}data: ${whole}\n\n`, chunkBytes)), 3);
      }
    }
  });

  it('counts the size of what is neither the same, however it is cut', () => {
    for (const text of [' "', '\r\n<html>', '\uFEFF\uFEFFnothing'])
      assert.deepEqual(readingOf(text, 1), readingOf(text, 1_000));
  });

  it('knows nothing of an answer without a byte', () => {
    assert.equal(readingOf('', 1).complete, false);
    assert.equal(readingOf(' \n ', 1).outputBytes, 0);
  });
});
