import assert from 'node:assert/strict';
import fc from 'fast-check';

import { outputTokenCap } from './output-token-cap.ts';

const known = { modelId: 'known', maxOutputTokens: 16_384, contextWindowTokens: 128_000 };
const unknown = { modelId: 'unknown' };
const CEILING = 32_000;
const CHAT = '/v1/chat/completions';
const GEMINI = '/v1beta/models/gemini-2.5-flash:generateContent';

describe('outputTokenCap', () => {
  const cases: readonly (readonly [name: string, body: unknown, cap: number, path?: string])[] = [
    ['OpenAI chat', { max_completion_tokens: 100 }, 100],
    ['the older OpenAI name', { max_tokens: 200 }, 200],
    ['OpenAI completions', { max_tokens: 200 }, 200, '/v1/completions'],
    ['OpenAI responses', { max_output_tokens: 300 }, 300, '/v1/responses'],
    ['Anthropic', { max_tokens: 200 }, 200, '/v1/messages'],
    ['Claude on Vertex AI', { max_tokens: 200 }, 200, '/v1/projects/p/models/m:streamRawPredict'],
    ['Claude on Bedrock', { max_tokens: 200 }, 200, '/model/m/invoke'],
    ['Gemini', { generationConfig: { maxOutputTokens: 400, candidateCount: 2 } }, 800, GEMINI],
    [
      'Gemini, its path escaped',
      { generationConfig: { maxOutputTokens: 4 } },
      4,
      '/v1/models/m%3AgenerateContent',
    ],
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
  for (const [name, body, cap, path = CHAT] of cases) {
    it(`is ${cap} for ${name}`, () => {
      assert.equal(outputTokenCap(body, known, CEILING, path), cap);
    });
  }

  /**
   * Gemini's OpenAI endpoint and vLLM pass over members they do not know, so a cap by another API's name held next to
   * nothing for an answer of any length.
   */
  it('takes no cap by a name that the endpoint does not know', () => {
    const every = { max_completion_tokens: 1, max_tokens: 1, max_output_tokens: 1, maxOutputTokens: 1 };
    const config = { generationConfig: every, generation_config: every };
    const without = (...own: readonly string[]): object => ({
      ...Object.fromEntries(Object.entries(every).filter(([key]) => !own.includes(key))),
    });
    const foreign: readonly (readonly [path: string, body: object])[] = [
      [CHAT, { ...without('max_completion_tokens', 'max_tokens'), ...config }],
      ['/v1beta/openai/chat/completions', { ...without('max_completion_tokens', 'max_tokens'), ...config }],
      ['/v1/completions', { ...without('max_tokens'), ...config }],
      ['/v1/responses', { ...without('max_output_tokens'), ...config }],
      ['/v1/messages', { ...without('max_tokens'), ...config }],
      ['/v1/responses/compact', { ...every, ...config }],
      [GEMINI, every],
    ];
    for (const [path, body] of foreign)
      assert.equal(outputTokenCap(body, known, CEILING, path), 16_384, path);
  });

  for (const hostile of [-1, 0, 1.5, Number.NaN, Infinity, 1e308, '10', null, true, [5], {}, 2 ** 53]) {
    it(`does not take ${JSON.stringify(hostile)} for a cap`, () => {
      assert.equal(outputTokenCap({ max_tokens: hostile }, known, CEILING, CHAT), 16_384);
      assert.equal(outputTokenCap({ max_tokens: hostile }, unknown, CEILING, CHAT), CEILING);
    });
  }

  it('is the ceiling where nobody knows, and the request’s own cap where it has one', () => {
    assert.equal(outputTokenCap({}, unknown, CEILING, CHAT), CEILING);
    assert.equal(outputTokenCap({ max_tokens: 64_000 }, unknown, CEILING, CHAT), 64_000);
    const window = { modelId: 'window', contextWindowTokens: 8000 };
    assert.equal(outputTokenCap({ max_tokens: 64_000 }, window, CEILING, CHAT), 8000);
  });

  it('is the greatest of the caps that Google could read, in either spelling', () => {
    const capped = (generationConfig: object, snakeCase: object): number =>
      outputTokenCap({ generationConfig, generation_config: snakeCase }, known, CEILING, GEMINI);
    assert.equal(capped({ maxOutputTokens: 1 }, { max_output_tokens: 900 }), 900);
    assert.equal(capped({ maxOutputTokens: 900 }, { maxOutputTokens: 1 }), 900);
    assert.equal(capped({ maxOutputTokens: 1 }, { maxOutputTokens: '900' }), 16_384);
    assert.equal(capped({ maxOutputTokens: 5, candidateCount: 2 }, { candidate_count: 3 }), 15);
  });

  it('is 0 for embeddings', () => {
    assert.equal(outputTokenCap({ n: 5 }, { modelId: 'text-embedding-3-small' }, CEILING, CHAT), 0);
    assert.equal(outputTokenCap({}, { modelId: 'gemini-embedding-001' }, CEILING, CHAT), 0);
  });

  it('is a whole number ≥ 1 for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (cap, n, prompt) => {
        const tokens = outputTokenCap({ max_tokens: cap, n, prompt }, unknown, CEILING, CHAT);
        assert.ok(Number.isSafeInteger(tokens) && tokens >= 1);
      }),
    );
  });
});
