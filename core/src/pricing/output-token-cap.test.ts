import assert from 'node:assert/strict';
import fc from 'fast-check';

import { outputTokenCap } from './output-token-cap.ts';

const known = { modelId: 'known', maxOutputTokens: 16_384, contextWindowTokens: 128_000 };
const unknown = { modelId: 'unknown' };
const CEILING = 32_000;

describe('outputTokenCap', () => {
  const cases: readonly (readonly [name: string, body: unknown, cap: number])[] = [
    ['OpenAI chat', { max_completion_tokens: 100 }, 100],
    ['the older OpenAI name, and Anthropic', { max_tokens: 200 }, 200],
    ['OpenAI responses', { max_output_tokens: 300 }, 300],
    ['Gemini', { generationConfig: { maxOutputTokens: 400, candidateCount: 2 } }, 800],
    ['the greatest of several', { max_tokens: 5, max_completion_tokens: 7 }, 7],
    ['more than the model gives', { max_tokens: 1_000_000 }, 16_384],
    ['several answers', { max_tokens: 10, n: 3 }, 30],
    ['answers to choose from', { max_tokens: 10, n: 1, best_of: 4 }, 40],
    ['a batch of prompts', { max_tokens: 10, prompt: ['a', 'b', 'c'] }, 30],
    ['one prompt in tokens', { max_tokens: 10, prompt: [1, 2, 3] }, 10],
    ['several prompts in tokens', { max_tokens: 10, prompt: [[1], [2]] }, 20],
    ['no cap', {}, 16_384],
    ['no cap, several answers', { n: 2 }, 32_768],
    ['more answers than any provider gives', { max_tokens: 10, n: 1e308 }, 1280],
    ['an answer count in text', { max_tokens: 10, n: '3' }, 30],
    ['no answers', { max_tokens: 10, n: 0 }, 10],
    ['no object', 'hello', 16_384],
  ];
  for (const [name, body, cap] of cases) {
    it(`is ${cap} for ${name}`, () => {
      assert.equal(outputTokenCap(body, known, CEILING), cap);
    });
  }

  for (const hostile of [-1, 0, 1.5, Number.NaN, Infinity, 1e308, '10', null, true, [5], {}, 2 ** 53]) {
    it(`does not take ${JSON.stringify(hostile)} for a cap`, () => {
      assert.equal(outputTokenCap({ max_tokens: hostile }, known, CEILING), 16_384);
      assert.equal(outputTokenCap({ max_tokens: hostile }, unknown, CEILING), CEILING);
    });
  }

  it('is the ceiling where nobody knows, and the request’s own cap where it has one', () => {
    assert.equal(outputTokenCap({}, unknown, CEILING), CEILING);
    assert.equal(outputTokenCap({ max_tokens: 64_000 }, unknown, CEILING), 64_000);
    const window = { modelId: 'window', contextWindowTokens: 8000 };
    assert.equal(outputTokenCap({ max_tokens: 64_000 }, window, CEILING), 8000);
  });

  it('is the greatest of the caps that Google could read, in either spelling', () => {
    const capped = (generationConfig: object, snakeCase: object): number =>
      outputTokenCap({ generationConfig, generation_config: snakeCase }, known, CEILING);
    assert.equal(capped({ maxOutputTokens: 1 }, { max_output_tokens: 900 }), 900);
    assert.equal(capped({ maxOutputTokens: 900 }, { maxOutputTokens: 1 }), 900);
    assert.equal(capped({ maxOutputTokens: 1 }, { maxOutputTokens: '900' }), 16_384);
    assert.equal(capped({ maxOutputTokens: 5, candidateCount: 2 }, { candidate_count: 3 }), 15);
  });

  it('is 0 for embeddings', () => {
    assert.equal(outputTokenCap({ n: 5 }, { modelId: 'text-embedding-3-small' }, CEILING), 0);
    assert.equal(outputTokenCap({}, { modelId: 'gemini-embedding-001' }, CEILING), 0);
  });

  it('is a whole number ≥ 1 for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (cap, n, prompt) => {
        const tokens = outputTokenCap({ max_tokens: cap, n, prompt }, unknown, CEILING);
        assert.ok(Number.isSafeInteger(tokens) && tokens >= 1);
      }),
    );
  });
});
