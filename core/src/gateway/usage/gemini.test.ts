import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TokenUsage } from '../../pricing/token-usage.ts';
import type { AnswerReading, UsageMeter } from './answer-reading.ts';
import { readGeneratedContent } from './gemini.ts';
import { geminiMeter } from './gemini-meter.ts';
import { geminiUsage } from './gemini-usage.ts';
import { JsonMeter } from './json-meter.ts';
import { usedTokens } from './used-tokens.ts';

const tokens = (inputTokens: number, outputTokens: number, cacheReadTokens = 0): TokenUsage => ({
  ...{ inputTokens, outputTokens, cacheReadTokens },
  ...{ cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 },
});

const candidate = (text: string, finishReason?: string, index = 0): object => ({
  content: { role: 'model', parts: [{ text: 'hm', thought: true }, { text }] },
  ...(finishReason !== undefined && { finishReason }),
  index,
});

/** As the documentation shows them; each chunk tells the usage so far. */
const CHUNKS = [
  {
    candidates: [candidate('grüße ')],
    usageMetadata: {
      promptTokenCount: 100,
      candidatesTokenCount: 2,
      totalTokenCount: 152,
      thoughtsTokenCount: 50,
    },
    modelVersion: 'gemini-2.5-flash',
  },
  {
    candidates: [candidate('🌍, "so]"')],
    usageMetadata: {
      promptTokenCount: 100,
      candidatesTokenCount: 4,
      totalTokenCount: 154,
      thoughtsTokenCount: 50,
    },
    modelVersion: 'gemini-2.5-flash',
  },
  {
    candidates: [candidate('', 'STOP')],
    usageMetadata: {
      ...{ promptTokenCount: 100, cachedContentTokenCount: 30, toolUsePromptTokenCount: 7 },
      ...{ candidatesTokenCount: 5, thoughtsTokenCount: 50, totalTokenCount: 162 },
    },
    modelVersion: 'gemini-2.5-flash',
  },
];
const USED = tokens(107, 55, 30);

const sse = (...chunks: readonly object[]): string =>
  chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');
const array = (...chunks: readonly object[]): string =>
  `[${chunks.map((chunk) => JSON.stringify(chunk, null, 2)).join('\n,\r\n')}\n]\n`;

const STREAMS = { 'server-sent events': sse(...CHUNKS), 'a JSON array': array(...CHUNKS) };

const readingOf = (chunks: readonly Buffer[], meter: UsageMeter = geminiMeter()): AnswerReading => {
  for (const chunk of chunks) meter.write(chunk);
  meter.end();
  return meter.reading;
};
const whole = (text: string): AnswerReading => readingOf([Buffer.from(text)]);

describe('Gemini answers', () => {
  it('tell usage, model and text when they are whole', () => {
    const answer = { ...CHUNKS[2], candidates: [candidate('grüße 🌍', 'STOP')] };
    const reading = readingOf([Buffer.from(JSON.stringify(answer))], new JsonMeter(readGeneratedContent));
    assert.deepEqual(
      [reading.usage, reading.model, reading.outputText, reading.complete],
      [USED, 'gemini-2.5-flash', 'grüße 🌍', true],
    );
  });

  it('tell the usage of embeddings where they have it', () => {
    const read = (answer: object): AnswerReading =>
      readingOf([Buffer.from(JSON.stringify(answer))], new JsonMeter(readGeneratedContent));
    const embedding = { values: [0.1] };
    const told = read({ embedding, usageMetadata: { promptTokenCount: 9 } });
    assert.deepEqual(usedTokens(told, 400), { usage: tokens(9, 0), isEstimate: false });
    assert.deepEqual(usedTokens(read({ embedding }), 400), { usage: tokens(100, 0), isEstimate: true });
  });

  for (const [form, stream] of Object.entries(STREAMS)) {
    describe(`as ${form}`, () => {
      it('tell the last usage, the model, and the text without the thoughts', () => {
        const reading = whole(stream);
        assert.deepEqual(
          [reading.usage, reading.model, reading.outputText, reading.complete, reading.error],
          [USED, 'gemini-2.5-flash', 'grüße 🌍, "so]"', true, undefined],
        );
      });

      it('tell the same wherever the chunks end', () => {
        const bytes = Buffer.from(stream);
        const expected = whole(stream);
        assert.deepEqual(readingOf([...bytes].map((byte) => Buffer.of(byte))), expected);
        for (let place = 0; place <= bytes.length; place++) {
          assert.deepEqual(readingOf([bytes.subarray(0, place), bytes.subarray(place)]), expected);
        }
      });

      it('are an estimate, never less than was told, if they broke off before the last chunk', () => {
        const end = stream.indexOf('"STOP"');
        const { usage, isEstimate } = usedTokens(whole(stream.slice(0, end)), 400);
        assert.deepEqual([usage, isEstimate], [tokens(100, 54), true]);
      });

      it('are exact if they broke off after it', () => {
        const end = stream.trimEnd().length - (form === 'a JSON array' ? 1 : 0);
        const cutOff = `${stream.slice(0, end)}${form === 'a JSON array' ? ',' : '\r\n\r\n'}`;
        assert.deepEqual(usedTokens(whole(cutOff), 400), { usage: USED, isEstimate: false });
      });

      it('survive numbers that are none', () => {
        for (const number of ['-1', '1.5', '1e300', 'null', '"12"', '[1]', '{}', '-0', '9007199254740993']) {
          const hostile = stream.replace(/(?<=TokenCount": ?)\d+/g, number);
          for (const count of Object.values(usedTokens(whole(hostile), 400).usage)) {
            assert.ok(Number.isSafeInteger(count) && count >= 0, `${number} became ${count}`);
          }
        }
      });

      it('survive any other shape', () => {
        fc.assert(
          fc.property(fc.array(fc.jsonValue()), (values) => {
            const objects = values.map((value) => ({ candidates: [value], usageMetadata: value }));
            whole(form === 'a JSON array' ? JSON.stringify(values) : sse(...objects));
            whole(form === 'a JSON array' ? array(...objects) : sse(...objects));
          }),
        );
      });
    });
  }

  it('say their last word in an array by its closing bracket, and as events not at all', () => {
    const meter = geminiMeter();
    const bytes = Buffer.from(array(...CHUNKS).trimEnd());
    assert.equal(meter.write(bytes.subarray(0, -1)), false);
    assert.equal(meter.write(bytes.subarray(-1)), true);
    assert.equal(meter.write(Buffer.from('\n')), false);
    assert.equal(geminiMeter().write(Buffer.from(sse(...CHUNKS))), false);
  });

  it('are not over before every candidate is', () => {
    const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 4, totalTokenCount: 14 };
    const both = { candidates: [candidate('a', 'STOP', 0), candidate('b', undefined, 1)], usageMetadata };
    assert.equal(whole(sse(both)).complete, false);
    assert.equal(whole(sse(both, { candidates: [candidate('', 'STOP', 1)], usageMetadata })).complete, true);
  });

  it('are over when the prompt was refused', () => {
    const blocked = {
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount: 8, totalTokenCount: 8 },
    };
    assert.deepEqual(usedTokens(whole(sse(blocked)), 400), { usage: tokens(8, 0), isEstimate: false });
  });

  it('may tell the usage after the last candidate', () => {
    const late = { usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 } };
    const reading = whole(sse({ candidates: [candidate('a', 'STOP')] }, late));
    assert.deepEqual([reading.usage, reading.complete], [tokens(3, 2), true]);
  });

  it('tell why a stream that had begun failed', () => {
    const error = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } };
    for (const stream of [sse({ candidates: [candidate('a')] }, error), array({}, error)]) {
      assert.equal(whole(stream).error, 'The model is overloaded.');
    }
  });

  it('count what the model wrote when it was not only text', () => {
    const parts = [
      { functionCall: { name: 'weather', args: { city: 'Köln' } } },
      { executableCode: { language: 'PYTHON', code: 'print(1)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
    ];
    const reading = whole(sse({ candidates: [{ content: { parts } }] }));
    assert.deepEqual(
      [reading.outputBytes, reading.outputText],
      [Buffer.byteLength('{"city":"Köln"}print(1)1'), ''],
    );
  });
});

describe('Gemini usage', () => {
  it('is nothing without a count of the prompt', () => {
    assert.equal(geminiUsage({}), undefined);
    assert.equal(geminiUsage({ candidatesTokenCount: 5 }), undefined);
  });

  /** Some models of Vertex AI count thoughts among the candidates; they must not be charged twice. */
  it('has thoughts once, whether or not the candidates have them', () => {
    const usage = { promptTokenCount: 10, thoughtsTokenCount: 40 };
    assert.deepEqual(geminiUsage({ ...usage, candidatesTokenCount: 5, totalTokenCount: 55 }), tokens(10, 45));
    assert.deepEqual(
      geminiUsage({ ...usage, candidatesTokenCount: 45, totalTokenCount: 55 }),
      tokens(10, 45),
    );
    assert.deepEqual(geminiUsage({ ...usage, candidatesTokenCount: 5 }), tokens(10, 45));
  });

  it('fills in candidates that are not counted from the total', () => {
    const usage = { promptTokenCount: 10, toolUsePromptTokenCount: 2 };
    assert.deepEqual(geminiUsage({ ...usage, totalTokenCount: 52, thoughtsTokenCount: 30 }), tokens(12, 40));
    assert.deepEqual(geminiUsage({ ...usage, totalTokenCount: 12 }), tokens(12, 0));
    assert.deepEqual(geminiUsage({ ...usage, totalTokenCount: 1, thoughtsTokenCount: 3 }), tokens(12, 3));
  });

  it('never has more in the cache than in the prompt', () => {
    assert.deepEqual(geminiUsage({ promptTokenCount: 10, cachedContentTokenCount: 99 }), tokens(10, 0, 10));
  });
});
