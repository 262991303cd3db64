import assert from 'node:assert/strict';
import { newReading, type AnswerReading } from './answer-reading.ts';
import { readGeminiOaiAnswer, readGeminiOaiChunk } from './gemini-oai.ts';

const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 55 };

const read = (...chunks: readonly object[]): AnswerReading => {
  const reading = newReading();
  for (const chunk of chunks) readGeminiOaiChunk({ ...chunk }, reading);
  return reading;
};

describe('Gemini in OpenAI’s format', () => {
  it('has its thoughts in the total only, and they are output', () => {
    const reading = newReading();
    readGeminiOaiAnswer({ model: 'gemini-2.5-flash', choices: [], usage: USAGE }, reading);
    assert.deepEqual([reading.usage?.inputTokens, reading.usage?.outputTokens], [10, 45]);
  });

  it('tells the usage so far in every chunk, of which the last counts', () => {
    const early = { choices: [{ delta: { content: 'a' } }], usage: { ...USAGE, total_tokens: 52 } };
    const last = { choices: [{ delta: {}, finish_reason: 'stop' }], usage: USAGE };
    assert.equal(read(early, last).usage?.outputTokens, 45);
  });

  it('is taken by its word where the total says nothing more', () => {
    for (const total of [15, 3, -1, null, undefined]) {
      const reading = read({ choices: [], usage: { ...USAGE, total_tokens: total } });
      assert.equal(reading.usage?.outputTokens, 5);
    }
    assert.equal(read({ choices: [] }).usage, undefined);
  });
});
