import assert from 'node:assert/strict';
import fc from 'fast-check';

import { dateOfModelId, normaliseModelId, undatedModelId } from './model-id.ts';

describe('normaliseModelId', () => {
  const cases: readonly (readonly [modelId: string, normalised: string])[] = [
    ['claude-opus-4.7', 'claude-opus-4-7'],
    ['Claude-Opus-4-7', 'claude-opus-4-7'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5-20250929'],
    ['claude-opus-4-7@default', 'claude-opus-4-7'],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet-20241022'],
    ['us-gov.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku-4-5-20251001'],
    ['global.anthropic.claude-opus-5', 'claude-opus-5'],
    ['publishers/google/models/gemini-2.5-pro', 'gemini-2-5-pro'],
    ['text-embedding-ada-002-v2', 'text-embedding-ada-002-v2'],
    ['gpt-4o-2024-08-06', 'gpt-4o-2024-08-06'],
    ['llama3.', 'llama3.'],
    ['', ''],
  ];
  for (const [modelId, normalised] of cases) {
    it(`writes '${modelId}' as '${normalised}'`, () => {
      assert.equal(normaliseModelId(modelId), normalised);
    });
  }

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (modelId) => {
        assert.equal(typeof undatedModelId(normaliseModelId(modelId)), 'string');
      }),
    );
  });
});

describe('undatedModelId and dateOfModelId', () => {
  const cases: readonly (readonly [id: string, undated: string, date: string | undefined])[] = [
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5', '20250929'],
    ['gpt-4o-2024-08-06', 'gpt-4o', '20240806'],
    ['claude-3-5-sonnet-latest', 'claude-3-5-sonnet', undefined],
    ['claude-opus-4-7', 'claude-opus-4-7', undefined],
    ['gpt-4-0613', 'gpt-4-0613', undefined],
    ['20250929', '20250929', undefined],
  ];
  for (const [id, undated, date] of cases) {
    it(`takes ${id} apart`, () => {
      assert.deepEqual([undatedModelId(id), dateOfModelId(id)], [undated, date]);
    });
  }
});
